//! DynamoDB in this process: a SQLite database behind DynamoDB's own protocol.

use std::time::Duration;

use dynoxide::Database;
use rusqlite::Connection;
use tokio::task::JoinHandle;

use crate::data::Data;
use crate::listener::{Listener, Stop};
use crate::{StartError, random};

/// How often expired items and old stream records are cleared.
const UPKEEP: Duration = Duration::from_secs(30);
/// As long as DynamoDB keeps the records of a stream.
const STREAM_SECONDS: i64 = 24 * 60 * 60;
/// The most records of a stream that are kept, so that loading much data does not fill the disk for a day.
const STREAM_RECORDS: i64 = 100_000;
/// Without this index, each write of a table with a stream scans all of the stream's records.
const STREAM_INDEX: &str = "CREATE INDEX IF NOT EXISTS stream_sequence
    ON _stream_records (table_name, CAST(sequence_number AS INTEGER))";

/// The embedded DynamoDB's database.
pub(crate) struct Embedded {
    database: Database,
    /// A second connection to the same database, for operations that DynamoDB's protocol does not have.
    upkeep: Connection,
}

impl Embedded {
    /// Opens the database in the data folder, or one in memory.
    pub(crate) fn open(data: &Data) -> Result<Self, StartError> {
        let file = data.path("table.db");
        let name = match &file {
            Some(path) => path.to_string_lossy().into_owned(),
            // A name of its own makes it one database for two connections.
            None => format!("file:/{}?vfs=memdb", random::uuid()),
        };
        let failed = |reason: String| StartError::Data {
            path: file.clone().unwrap_or_else(|| name.clone().into()),
            reason,
        };
        let database = Database::new(&name).map_err(|error| failed(error.to_string()))?;
        // Sets `synchronous` to `NORMAL`: a crash of this process loses nothing, a power cut at most the last moment.
        database
            .disable_bulk_loading()
            .map_err(|error| failed(error.to_string()))?;
        let upkeep = Connection::open(&name).map_err(|error| failed(error.to_string()))?;
        upkeep
            .busy_timeout(Duration::from_secs(5))
            .and_then(|()| upkeep.execute_batch(STREAM_INDEX))
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { database, upkeep })
    }

    /// Serves DynamoDB's protocol until `stop`.
    pub(crate) fn serve(self, listener: Listener, stop: Stop) -> [JoinHandle<()>; 2] {
        let database = self.database.clone();
        let described = stop.clone().stopped();
        let server = tokio::spawn(async move {
            let served =
                dynoxide::server::serve_with_shutdown(listener.socket, database, described);
            if let Err(error) = served.await {
                tracing::error!(error, "the embedded DynamoDB ended");
            }
        });
        [server, tokio::spawn(self.keep_up(stop))]
    }

    async fn keep_up(self, stop: Stop) {
        let database = self.database.clone();
        let connection = std::sync::Arc::new(std::sync::Mutex::new(self.upkeep));
        let described = stop.stopped();
        tokio::pin!(described);
        loop {
            tokio::select! {
                () = &mut described => return,
                () = tokio::time::sleep(UPKEEP) => {}
            }
            let (database, connection) = (database.clone(), connection.clone());
            let cleared = tokio::task::spawn_blocking(move || {
                if let Err(error) = database.sweep_ttl() {
                    tracing::warn!(%error, "expired items stay");
                }
                let connection = connection
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                if let Err(error) = trim(&connection) {
                    tracing::warn!(%error, "old stream records stay");
                }
            });
            let _ = cleared.await;
        }
    }
}

/// Deletes the stream records that are too old or too many.
fn trim(connection: &Connection) -> rusqlite::Result<usize> {
    connection.execute(
        "DELETE FROM _stream_records
         WHERE id <= (SELECT MAX(id) FROM _stream_records) - ?1
            OR created_at < CAST(strftime('%s', 'now') AS INTEGER) - ?2",
        [STREAM_RECORDS, STREAM_SECONDS],
    )
}
