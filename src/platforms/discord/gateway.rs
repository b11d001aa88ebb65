//! One connection to Discord's gateway: hello, identify or resume, heartbeats, events, and how it ended.
//! Serenity's own runner starts a task per event (order is lost, the number unbounded) and logs what it cannot
//! parse; its bare shard cannot be read from outside. So the socket is read here, one event after the other.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use serenity::model::gateway::GatewayIntents;
use tokio::{
    net::TcpStream,
    time::{Instant, MissedTickBehavior, interval_at, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{
        Message,
        protocol::{CloseFrame, WebSocketConfig, frame::coding::CloseCode},
    },
};
use tokio_util::sync::CancellationToken;

use super::{
    identifying::Turn,
    payload::{Frame, Hello, Ready, carried},
};

/// How long connecting, greeting and each sending may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The largest frame that is taken: a server of the largest size, several times over.
const LARGEST: usize = 64 << 20;

/// A session that can be taken up again.
pub(super) struct Session {
    id: String,
    url: String,
    seq: u64,
}

impl Session {
    /// It is resumed at another address than its own. Discord takes that, though it cuts such connections off sooner.
    pub(super) fn resume_at(&mut self, url: &str) {
        url.clone_into(&mut self.url);
    }
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Connect again; the session, where there is one, is resumed.
    Again,
    /// Connect again with a new session.
    Anew,
    /// An intent that was asked for is not approved for this bot.
    IntentDenied,
    /// Discord wants another number of shards, for this close code.
    Reshard(u16),
    /// It is no use to connect again, for this close code.
    Fatal(u16),
    /// The bot is stopping.
    Stopped,
}

/// Whom a shard speaks for, and how.
pub(super) struct Identity<'a> {
    /// Where the gateway is.
    pub(super) url: &'a str,
    pub(super) token: &'a str,
    /// Which shard, of how many.
    pub(super) shard: (u32, u32),
    pub(super) intents: GatewayIntents,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What a connection came to.
pub(super) struct Outcome {
    pub(super) ended: Ended,
    /// Whether somebody was there at all.
    pub(super) reached: bool,
    /// Whether events had begun to flow.
    pub(super) ready: bool,
}

/// Connects once and hands each event (its name, its whole frame) to `take` until the connection ends. `turn` is spent
/// once a new session was asked for; none is needed where a session is resumed.
pub(super) async fn connect(
    identity: &Identity<'_>,
    session: &mut Option<Session>,
    turn: Option<Turn<'_>>,
    stop: &CancellationToken,
    take: &mut (dyn FnMut(&str, &str) + Send),
) -> Outcome {
    let mut outcome = Outcome { ended: Ended::Again, reached: false, ready: false };
    let Some(mut socket) = stop.run_until_cancelled(Box::pin(open(identity, session.as_ref()))).await.flatten() else {
        return outcome;
    };
    outcome.reached = true;
    let opened = stop.run_until_cancelled(greet(&mut socket, identity, session.as_ref(), turn)).await;
    outcome.ended = match opened {
        None => Ended::Stopped,
        Some(Err(ended)) => ended,
        Some(Ok(heartbeat)) => {
            let mut line = Line { socket: &mut socket, session, ready: &mut outcome.ready, acknowledged: true };
            line.listen(heartbeat, stop, take).await
        }
    };
    if outcome.ended == Ended::Anew {
        *session = None;
    }
    // Codes 1000 and 1001 would end the session at Discord; it is to be resumed unless the bot is stopping.
    let code = if outcome.ended == Ended::Stopped { CloseCode::Normal } else { CloseCode::Library(4000) };
    let farewell = CloseFrame { code, reason: "".into() };
    let _ = timeout(Duration::from_secs(1), socket.close(Some(farewell))).await;
    outcome
}

async fn open(identity: &Identity<'_>, session: Option<&Session>) -> Option<Socket> {
    let url = session.map_or(identity.url, |session| &session.url);
    let url = format!("{}/?v=10&encoding=json", url.trim_end_matches('/'));
    let config = WebSocketConfig {
        max_message_size: Some(LARGEST),
        max_frame_size: Some(LARGEST),
        ..WebSocketConfig::default()
    };
    let connecting = tokio_tungstenite::connect_async_with_config(url, Some(config), true);
    timeout(TIMEOUT, connecting).await.ok()?.ok().map(|(socket, _)| socket)
}

/// Waits for the greeting and answers it; gives the time between heartbeats.
async fn greet(
    socket: &mut Socket,
    identity: &Identity<'_>,
    session: Option<&Session>,
    turn: Option<Turn<'_>>,
) -> Result<Duration, Ended> {
    let greeting = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Text(text))) => return carried::<Hello>(&text).ok_or(Ended::Again),
                Some(Ok(Message::Close(frame))) => return Err(closed(frame.as_ref())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(Ended::Again),
            }
        }
    };
    let hello = timeout(TIMEOUT, greeting).await.unwrap_or(Err(Ended::Again))?;
    let frame = match session {
        Some(session) => {
            json!({"op": 6, "d": {"token": identity.token, "session_id": session.id, "seq": session.seq}})
        }
        None => json!({"op": 2, "d": {
            "token": identity.token,
            "intents": identity.intents.bits(),
            "shard": [identity.shard.0, identity.shard.1],
            "large_threshold": 50,
            "properties": {
                "os": std::env::consts::OS,
                "browser": env!("CARGO_PKG_NAME"),
                "device": env!("CARGO_PKG_NAME"),
            },
        }}),
    };
    let sent = send(socket, &frame).await;
    // Discord may have taken one that failed on the way.
    if let Some(turn) = turn {
        turn.spent();
    }
    sent?;
    Ok(Duration::from_millis(hello.heartbeat_interval.max(1000)))
}

async fn send(socket: &mut Socket, frame: &Value) -> Result<(), Ended> {
    match timeout(TIMEOUT, socket.send(Message::Text(frame.to_string()))).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Ended::Again),
    }
}

/// A connection on which events flow.
struct Line<'a> {
    socket: &'a mut Socket,
    session: &'a mut Option<Session>,
    ready: &'a mut bool,
    /// Whether the last heartbeat was answered.
    acknowledged: bool,
}

impl Line<'_> {
    async fn listen(
        &mut self,
        heartbeat: Duration,
        stop: &CancellationToken,
        take: &mut (dyn FnMut(&str, &str) + Send),
    ) -> Ended {
        let mut beats = interval_at(Instant::now() + heartbeat.mul_f64(fastrand::f64()), heartbeat);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let heard = tokio::select! {
                biased;
                () = stop.cancelled() => Err(Ended::Stopped),
                _ = beats.tick() => self.beat().await,
                message = self.socket.next() => match message {
                    Some(Ok(Message::Text(text))) => self.hear(&text, take).await,
                    Some(Ok(Message::Close(frame))) => Err(closed(frame.as_ref())),
                    Some(Ok(_)) => Ok(()),
                    Some(Err(_)) | None => Err(Ended::Again),
                },
            };
            if let Err(ended) = heard {
                return ended;
            }
        }
    }

    /// Sends a heartbeat, unless the last one was never answered: then the connection is dead.
    async fn beat(&mut self) -> Result<(), Ended> {
        if !std::mem::replace(&mut self.acknowledged, false) {
            return Err(Ended::Again);
        }
        self.send_heartbeat().await
    }

    async fn send_heartbeat(&mut self) -> Result<(), Ended> {
        let seq = self.session.as_ref().map(|session| session.seq);
        send(self.socket, &json!({"op": 1, "d": seq})).await
    }

    async fn hear(&mut self, text: &str, take: &mut (dyn FnMut(&str, &str) + Send)) -> Result<(), Ended> {
        let Some(frame) = Frame::head_of(text) else {
            tracing::warn!(target: "bedside::discord", bytes = text.len(), "a frame could not be read");
            return Ok(());
        };
        match frame.op {
            0 => {
                self.event(frame.t.as_deref().unwrap_or_default(), text, take)?;
                if let (Some(session), Some(seq)) = (self.session.as_mut(), frame.s) {
                    session.seq = seq;
                }
                Ok(())
            }
            1 => self.send_heartbeat().await,
            7 => Err(Ended::Again),
            9 if carried(text) == Some(true) => Err(Ended::Again),
            9 => {
                // Discord asks for a pause of one to five seconds before the next identify.
                *self.session = None;
                tokio::time::sleep(Duration::from_millis(fastrand::u64(1000..5000))).await;
                Err(Ended::Anew)
            }
            11 => {
                self.acknowledged = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn event(&mut self, name: &str, text: &str, take: &mut (dyn FnMut(&str, &str) + Send)) -> Result<(), Ended> {
        match name {
            "READY" => {
                let ready = carried::<Ready>(text).ok_or(Ended::Anew)?;
                *self.session = Some(Session { id: ready.session_id, url: ready.resume_gateway_url, seq: 0 });
                *self.ready = true;
            }
            "RESUMED" => *self.ready = true,
            _ => {}
        }
        take(name, text);
        Ok(())
    }
}

/// What Discord means by closing so. Codes: <https://docs.discord.com/developers/topics/opcodes-and-status-codes>.
fn closed(frame: Option<&CloseFrame<'_>>) -> Ended {
    match frame.map(|frame| u16::from(frame.code)) {
        Some(4003 | 4006 | 4007 | 4009) => Ended::Anew,
        Some(code @ (4010 | 4011)) => Ended::Reshard(code),
        Some(4014) => Ended::IntentDenied,
        Some(code @ (4004 | 4012 | 4013)) => Ended::Fatal(code),
        _ => Ended::Again,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_close_code_says_what_to_do() {
        let after = |code: u16| closed(Some(&CloseFrame { code: code.into(), reason: "".into() }));
        assert_eq!(closed(None), Ended::Again);
        for code in [1000, 1001, 1006, 4000, 4001, 4002, 4005, 4008, 4999] {
            assert_eq!(after(code), Ended::Again, "{code}");
        }
        assert_eq!((after(4007), after(4009)), (Ended::Anew, Ended::Anew));
        assert_eq!((after(4010), after(4011)), (Ended::Reshard(4010), Ended::Reshard(4011)));
        assert_eq!((after(4004), after(4014)), (Ended::Fatal(4004), Ended::IntentDenied));
    }
}
