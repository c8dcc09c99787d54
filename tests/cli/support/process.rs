//! One run of the program.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A run that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// What is run.
pub(super) struct Invocation {
    pub(super) folder: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) environment: BTreeMap<String, OsString>,
    pub(super) input: Vec<u8>,
    /// A shell script that runs the program as `"$0" "$@"`.
    pub(super) script: Option<String>,
}

impl Invocation {
    pub(super) fn run(self) -> Outcome {
        let start = Instant::now();
        let mut child = self.start();
        let stdout = collect(child.stdout.take().unwrap());
        self.end(child, stdout, start)
    }

    /// Closes the reading end of standard output before anything is written to it.
    pub(super) fn run_unread(self) -> Outcome {
        let start = Instant::now();
        let mut child = self.start();
        drop(child.stdout.take());
        self.end(child, thread::spawn(Vec::new), start)
    }

    fn start(&self) -> Child {
        let program = env!("CARGO_BIN_EXE_cosmos-rbac");
        let mut command = match &self.script {
            None => Command::new(program),
            Some(script) => {
                let mut shell = Command::new("/bin/sh");
                shell.args(["-c", script.as_str(), program]);
                shell
            }
        };
        command
            .args(&self.arguments)
            .env_clear()
            .envs(&self.environment)
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn end(self, mut child: Child, stdout: JoinHandle<Vec<u8>>, start: Instant) -> Outcome {
        let stderr = collect(child.stderr.take().unwrap());
        let mut stdin = child.stdin.take().unwrap();
        let input = self.input.clone();
        // Whoever does not read its input closes it, and then this ends.
        let writer = thread::spawn(move || {
            let _ = stdin.write_all(&input);
        });
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > LIMIT {
                child.kill().unwrap();
                child.wait().unwrap();
                let stderr = String::from_utf8_lossy(&stderr.join().unwrap()).into_owned();
                panic!("{:?} did not end within {LIMIT:?}; it said\n{stderr}", self.arguments);
            }
            thread::sleep(Duration::from_millis(2));
        };
        writer.join().unwrap();
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        Outcome {
            arguments: self.arguments,
            code: status.code().expect("no signal ends it"),
            stdout: text(stdout.join().unwrap()),
            stderr: text(stderr.join().unwrap()),
            time: start.elapsed(),
        }
    }
}

fn collect(mut stream: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

/// How a run went. Shown in full when a test fails.
pub(crate) struct Outcome {
    arguments: Vec<OsString>,
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) time: Duration,
}

impl Outcome {
    /// Holds the run to an exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// An error: exit 2, nothing on standard output, and everything that the user must be told.
    #[track_caller]
    pub(crate) fn fails_saying(self, texts: &[&str]) -> Self {
        let outcome = self.exits(2);
        assert_eq!(outcome.stdout, "", "{outcome}");
        assert!(outcome.stderr.starts_with("error: "), "{outcome}");
        outcome.says(texts)
    }

    /// Holds the error output to texts.
    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stderr.contains(text), "`{text}` is missing:\n{self}");
        }
        self
    }

    /// What the table says of the tenant: without what to run next, which depends on how it was run.
    pub(crate) fn table(&self) -> &str {
        self.stdout.split("\nNext  ").next().unwrap()
    }

    /// The report, which stands on standard output as JSON.
    #[track_caller]
    pub(crate) fn report(&self) -> crate::report::Report {
        crate::report::Report::parse(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            arguments,
            code,
            stdout,
            stderr,
            ..
        } = self;
        write!(
            f,
            "{arguments:?} exited with {code}\n--- stdout\n{stdout}\n--- stderr\n{stderr}\n---"
        )
    }
}
