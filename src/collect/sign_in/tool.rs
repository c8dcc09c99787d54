//! Runs `az` and `azd`. Whoever gives up waiting for one ends it, with all that it has started: a tool that hangs would
//! otherwise outlive the scan.

use azure_identity::Executor;
use std::ffi::OsStr;
use std::io;
use std::process::{Output, Stdio};
use tokio::process::{Child, Command};

/// Runs a tool in a process group of its own, where the system has such groups.
#[derive(Debug)]
pub(super) struct Tool;

#[async_trait::async_trait]
impl Executor for Tool {
    async fn run(&self, program: &OsStr, args: &[&OsStr]) -> io::Result<Output> {
        let mut command = Command::new(program);
        command
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn()?;
        let mut group = Group::of(&child);
        let output = child.wait_with_output().await;
        group.has_ended();
        output
    }
}

/// The processes of a tool, ended when this is dropped before the tool has ended by itself.
struct Group {
    /// The process that leads the group.
    leader: Option<u32>,
}

impl Group {
    fn of(child: &Child) -> Self {
        Self { leader: child.id() }
    }

    fn has_ended(&mut self) {
        self.leader = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader.take().and_then(|id| i32::try_from(id).ok())
            && let Some(leader) = rustix::process::Pid::from_raw(leader)
        {
            // An error says that there is nothing left to end.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::path::Path;
    use std::time::Duration;

    /// Whether the process is there and not merely waiting to be taken note of.
    fn runs(id: &str) -> bool {
        let state = std::fs::read_to_string(Path::new("/proc").join(id).join("stat")).unwrap_or_default();
        let state = state.rsplit(") ").next().unwrap_or_default();
        !matches!(state.chars().next(), None | Some('Z' | 'X'))
    }

    #[tokio::test]
    async fn a_tool_that_hangs_is_ended_with_its_children() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("id");
        // As `az` runs: below a shell, and not in its place.
        let script = format!(
            "sh -c 'echo $$ > {0}.part; mv {0}.part {0}; sleep 300; :' ; :",
            file.display()
        );
        let arguments = [OsStr::new("-c"), OsStr::new(&script)];
        let mut run = Box::pin(Tool.run(OsStr::new("/bin/sh"), &arguments));
        let id = loop {
            let wait = tokio::time::timeout(Duration::from_millis(10), &mut run).await;
            assert!(wait.is_err(), "{wait:?}");
            if let Ok(id) = std::fs::read_to_string(&file) {
                break id.trim().to_owned();
            }
        };
        assert!(runs(&id));
        drop(run);
        while runs(&id) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    #[tokio::test]
    async fn a_tool_that_ends_is_heard() {
        let arguments = [OsStr::new("-c"), OsStr::new("echo out; echo err >&2; exit 3")];
        let output = Tool.run(OsStr::new("/bin/sh"), &arguments).await.unwrap();
        assert_eq!(
            (output.stdout.as_slice(), output.stderr.as_slice()),
            (&b"out\n"[..], &b"err\n"[..])
        );
        assert_eq!(output.status.code(), Some(3));
    }
}
