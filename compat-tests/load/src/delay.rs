//! A line on which every round trip takes longer: what the client sends is held back, what comes back is not.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::HOST;

/// How many pieces may be on the way at a time.
const ON_THE_WAY: usize = 1024;
/// The largest piece.
const PIECE: usize = 64 * 1024;

/// Passes on until the process is ended.
pub(crate) async fn serve(port: u16, to: u16, milliseconds: u64) -> io::Result<()> {
    let listener = TcpListener::bind((HOST, port)).await?;
    loop {
        let (client, _) = listener.accept().await?;
        tokio::spawn(async move {
            // Whichever side ends or breaks, the other one sees its connection closed.
            let _ = pass_on(client, to, Duration::from_millis(milliseconds)).await;
        });
    }
}

async fn pass_on(client: TcpStream, to: u16, delay: Duration) -> io::Result<()> {
    let server = TcpStream::connect((HOST, to)).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (sender, mut held_back) = mpsc::channel::<(Instant, Vec<u8>)>(ON_THE_WAY);
    let forth = async {
        while let Some((due, piece)) = held_back.recv().await {
            sleep_until(due).await;
            to_server.write_all(&piece).await?;
        }
        to_server.shutdown().await
    };
    let back = async {
        copy(&mut from_server, &mut to_client).await?;
        Ok::<_, io::Error>(())
    };
    tokio::select! {
        done = async { tokio::try_join!(hold_back(from_client, sender, delay), forth) } => done.map(|_| ()),
        done = back => done,
    }
}

async fn hold_back(
    mut from: impl AsyncRead + Unpin,
    to: mpsc::Sender<(Instant, Vec<u8>)>,
    delay: Duration,
) -> io::Result<()> {
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        if from.read_buf(&mut piece).await? == 0 {
            return Ok(());
        }
        if to.send((Instant::now() + delay, piece)).await.is_err() {
            return Ok(());
        }
    }
}
