//! Bodies of answers: whole ones, and those that break off, drip, hang or never seem to end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use crate::wire::Fuse;

/// Long enough for what was sent to reach the client before the connection ends.
const LINGER: Duration = Duration::from_millis(20);

/// A body.
pub(crate) enum Content {
    /// All at once.
    Whole(Option<Bytes>),
    /// The first part, and then the connection ends: with RST if there is a fuse to blow.
    Broken {
        first: Option<Bytes>,
        pause: Pin<Box<Sleep>>,
        fuse: Option<Fuse>,
    },
    /// The first part, and then silence.
    Hanging { first: Option<Bytes> },
    /// One byte at a time, by the clock: whoever comes late to it finds as many as are due. Otherwise a long body would
    /// take as many turns of both sides as it has bytes, which is no end on a busy machine.
    Drip {
        rest: Bytes,
        interval: Duration,
        /// When the next byte is due.
        due: Pin<Box<Sleep>>,
    },
    /// The head, and then the same chunk until so many bytes are sent.
    Long {
        head: Option<Bytes>,
        chunk: Bytes,
        left: u64,
    },
}

impl Content {
    pub(crate) const fn whole(bytes: Bytes) -> Self {
        Self::Whole(Some(bytes))
    }

    pub(crate) fn broken(first: Bytes, fuse: Option<Fuse>) -> Self {
        Self::Broken {
            first: Some(first),
            pause: Box::pin(sleep(LINGER)),
            fuse,
        }
    }

    pub(crate) fn drip(bytes: Bytes, interval: Duration) -> Self {
        Self::Drip {
            rest: bytes,
            interval,
            due: Box::pin(sleep(interval)),
        }
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut *self {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Broken { first, pause, fuse } => {
                if let Some(first) = first.take() {
                    pause.as_mut().reset(Instant::now() + LINGER);
                    return Poll::Ready(Some(Ok(Frame::data(first))));
                }
                ready!(pause.as_mut().poll(cx));
                if let Some(fuse) = fuse {
                    fuse.blow();
                }
                Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
            }
            Self::Hanging { first } => match first.take() {
                Some(first) => Poll::Ready(Some(Ok(Frame::data(first)))),
                None => Poll::Pending,
            },
            Self::Drip { rest, interval, due } => {
                if rest.is_empty() {
                    return Poll::Ready(None);
                }
                ready!(due.as_mut().poll(cx));
                let (now, mut next, mut bytes) = (Instant::now(), due.deadline(), 0);
                while next <= now && bytes < rest.len() {
                    next += *interval;
                    bytes += 1;
                }
                due.as_mut().reset(next);
                // The timer may be a moment ahead of the clock.
                Poll::Ready(Some(Ok(Frame::data(rest.split_to(bytes.max(1))))))
            }
            Self::Long { head, chunk, left } => {
                if let Some(head) = head.take() {
                    *left = left.saturating_sub(head.len() as u64);
                    return Poll::Ready(Some(Ok(Frame::data(head))));
                }
                if *left == 0 {
                    return Poll::Ready(None);
                }
                let size = usize::try_from(*left).unwrap_or(usize::MAX).min(chunk.len());
                *left -= size as u64;
                Poll::Ready(Some(Ok(Frame::data(chunk.slice(..size)))))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Drip { rest, .. } => SizeHint::with_exact(rest.len() as u64),
            Self::Long { left, .. } => SizeHint::with_exact(*left),
            Self::Broken { .. } | Self::Hanging { .. } => SizeHint::default(),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.as_ref().is_none_or(Bytes::is_empty),
            Self::Drip { rest, .. } => rest.is_empty(),
            Self::Long { head, left, .. } => head.is_none() && *left == 0,
            Self::Broken { .. } | Self::Hanging { .. } => false,
        }
    }
}
