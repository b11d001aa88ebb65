//! The running bot's ear: a Unix socket beside the store, by which [`super::reload`] asks for changed packs.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::reload::{REQUEST, Reloaded};

/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest request that is read, in bytes.
const LONGEST_REQUEST: u64 = 64;

/// Somebody asks for a reload and waits for the answer.
pub(super) type Asked = oneshot::Sender<Reloaded>;

/// The socket; its file goes when this does.
pub(super) struct Ear {
    listener: UnixListener,
    path: PathBuf,
}

impl Ear {
    /// Opens the socket, for this user alone. What a process that died left behind is taken over.
    ///
    /// # Errors
    /// When another bot listens there already, or the folder takes no socket.
    pub(super) async fn open(path: PathBuf) -> io::Result<Self> {
        let listener = match UnixListener::bind(&path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                if UnixStream::connect(&path).await.is_ok() {
                    return Err(io::Error::new(error.kind(), "another bot that runs on this store answers there"));
                }
                std::fs::remove_file(&path)?;
                UnixListener::bind(&path)?
            }
            other => other?,
        };
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        Ok(Self { listener, path })
    }

    /// Passes on every request for a reload, for ever.
    pub(super) async fn listen(self, ask: mpsc::Sender<Asked>) {
        let ear = Arc::new(self);
        loop {
            match ear.listener.accept().await {
                // One after another: reloads are rare, and two at once would race.
                Ok((client, _)) => {
                    if let Err(error) = serve(client, &ask).await {
                        tracing::debug!(%error, "a reload was asked for and nobody waited for the answer");
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "the reload socket failed; SIGHUP still works");
                    return;
                }
            }
        }
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        // It may be gone already, with the folder it lay in.
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn serve(mut client: UnixStream, ask: &mpsc::Sender<Asked>) -> io::Result<()> {
    let (read, mut write) = client.split();
    let mut line = String::new();
    timeout(PATIENCE, BufReader::new(read.take(LONGEST_REQUEST)).read_line(&mut line)).await??;
    let answer = if line.trim() == REQUEST {
        let (sender, receiver) = oneshot::channel();
        let stopping = || Reloaded { ok: false, lines: vec!["the bot is stopping".into()] };
        match ask.send(sender).await {
            Ok(()) => receiver.await.unwrap_or_else(|_| stopping()),
            Err(_) => stopping(),
        }
    } else {
        Reloaded { ok: false, lines: vec![format!("the one request known here is “{REQUEST}”")] }
    };
    let mut line = serde_json::to_vec(&answer)?;
    line.push(b'\n');
    timeout(PATIENCE, write.write_all(&line)).await?
}
