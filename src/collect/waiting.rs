//! How many accounts wait their turn, so that memory does not grow with the tenant.

use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

/// Accounts that are listed and wait their turn, of all subscriptions: about 1 KB each.
const WAITING: usize = 16_384;
/// What is expected of the first lists, until it is known how long they are.
const LONG_LIST: usize = 2048;
const SHORT_LIST: usize = 64;
/// An account in a list that is being read takes more room than one that was read: its text is there as well.
const UNREAD: usize = 2;

/// How many accounts wait their turn. A list is only asked for while there is room for what it may bring; as that is not
/// known, it is guessed from the lists before it.
#[derive(Default)]
pub(super) struct Waiting {
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    accounts: usize,
    /// Lists that are being read …
    lists: usize,
    /// … and what each may bring.
    guess: usize,
}

impl Default for State {
    fn default() -> Self {
        Self {
            accounts: 0,
            lists: 0,
            guess: LONG_LIST,
        }
    }
}

impl Waiting {
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        // Numbers are whole at any time, whoever panicked.
        let result = change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_one();
        result
    }

    /// Waits until another list may be read. One waiter at a time.
    pub(super) async fn reserve(&self) {
        loop {
            let changed = self.changed.notified();
            {
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                if state.accounts + (state.lists + 1) * state.guess * UNREAD <= WAITING {
                    state.lists += 1;
                    return;
                }
            }
            changed.await;
        }
    }

    /// A list of this length was read, and so many of its accounts wait from now on.
    pub(super) fn settle(&self, length: usize, accounts: usize) {
        self.change(|state| {
            state.lists = state.lists.saturating_sub(1);
            state.accounts += accounts;
            state.guess = length.max(state.guess / 2).clamp(SHORT_LIST, LONG_LIST);
        });
    }

    /// So many more accounts wait.
    pub(super) fn enter(&self, accounts: usize) {
        self.change(|state| state.accounts += accounts);
    }

    /// An account's turn has come.
    pub(super) fn leave(&self) {
        self.change(|state| state.accounts = state.accounts.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    /// Reads lists of `length` as long as there is room; returns how many were in work at once.
    fn lists(waiting: &Waiting, length: usize) -> usize {
        let mut lists = 0;
        while waiting.reserve().now_or_never().is_some() {
            lists += 1;
            assert!(lists <= WAITING);
        }
        (0..lists).for_each(|_| waiting.settle(length, length));
        lists
    }

    #[test]
    fn long_lists_do_not_pile_up() {
        let waiting = Waiting::default();
        while lists(&waiting, 1000) > 0 {}
        let state = waiting.state.lock().unwrap();
        assert!(
            state.accounts > WAITING / 2 && state.accounts <= WAITING,
            "{}",
            state.accounts
        );
    }

    #[test]
    fn short_lists_are_soon_read_side_by_side() {
        let waiting = Waiting::default();
        assert_eq!(lists(&waiting, 0), WAITING / (LONG_LIST * UNREAD));
        assert!(lists(&waiting, 0) > 32);
        assert_eq!(lists(&waiting, 0), WAITING / (SHORT_LIST * UNREAD));
    }

    #[test]
    fn long_lists_of_which_all_is_kept_stay_long() {
        let waiting = Waiting::default();
        for _ in 0..20 {
            assert!(waiting.reserve().now_or_never().is_some());
            waiting.settle(1000, 0);
        }
        assert_eq!(lists(&waiting, 1000), WAITING / (1000 * UNREAD));
    }

    #[test]
    fn a_place_that_is_left_lets_the_next_list_in() {
        let waiting = Waiting::default();
        while lists(&waiting, 1000) > 0 {}
        let mut next = Box::pin(waiting.reserve());
        assert!(next.as_mut().now_or_never().is_none());
        for _ in 0..WAITING {
            waiting.leave();
        }
        assert!(next.now_or_never().is_some());
    }
}
