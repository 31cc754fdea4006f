//! The folder that survives a restart, or nothing at all: small files, replaced as a whole, and one process at a time.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StartError;

/// Where a stack keeps what it keeps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Data {
    folder: Option<Arc<Folder>>,
}

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// Held as long as this lives.
    _lock: File,
}

impl Data {
    /// Opens `folder`, creating it if need be, for this process alone.
    pub(crate) fn open(folder: Option<&Path>) -> Result<Self, StartError> {
        let Some(path) = folder else {
            return Ok(Self::default());
        };
        let failed = |error: io::Error| unusable(path, &error);
        if path.exists() && !path.is_dir() {
            return Err(unusable(path, &"it is not a folder"));
        }
        create_private(path).map_err(failed)?;
        let lock = private()
            .truncate(false)
            .open(path.join("lock"))
            .map_err(failed)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => StartError::DataInUse {
                path: path.to_owned(),
            },
            TryLockError::Error(error) => failed(error),
        })?;
        Ok(Self {
            folder: Some(Arc::new(Folder {
                path: path.to_owned(),
                _lock: lock,
            })),
        })
    }

    /// The path of a file in the folder, for those who write it themselves.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.path.join(name))
    }

    /// What was stored under `name` last; the default if nothing was.
    pub(crate) fn load<T: DeserializeOwned + Default>(&self, name: &str) -> Result<T, StartError> {
        let Some(path) = self.path(name) else {
            return Ok(T::default());
        };
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| unusable(&path, &error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(T::default()),
            Err(error) => Err(unusable(&path, &error)),
        }
    }

    /// Stores `value` under `name`: the old file or the new one, never half of it.
    pub(crate) fn store<T: Serialize>(&self, name: &str, value: &T) -> io::Result<()> {
        let Some(path) = self.path(name) else {
            return Ok(());
        };
        let next = path.with_extension("next");
        let mut file = private().truncate(true).open(&next)?;
        file.write_all(&serde_json::to_vec_pretty(value)?)?;
        file.sync_data()?;
        fs::rename(next, path)
    }
}

fn unusable(path: &Path, error: &dyn std::fmt::Display) -> StartError {
    StartError::Data {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

/// Options for files that only this user may read: there are secrets and password hashes among them.
fn private() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn create_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::Data;

    #[test]
    fn what_was_stored_is_loaded_and_a_second_process_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let data = Data::open(Some(folder.path())).unwrap();
        data.store("numbers.json", &vec![1, 2]).unwrap();
        assert_eq!(data.load::<Vec<i32>>("numbers.json").unwrap(), [1, 2]);
        let second = Data::open(Some(folder.path())).unwrap_err().to_string();
        assert!(second.starts_with("another process is using"), "{second}");
        drop(data);
        Data::open(Some(folder.path())).unwrap();
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_an_error_that_says_what_to_do() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Data::open(Some(file.path())).unwrap_err().to_string();
        assert!(error.contains("--data"), "{error}");
    }
}
