import Accounts
import Contract
import Identity
import Store
import Wire

/// The key that secrets lie under, and what is made of it at the start.
enum MasterKeys {
  /// The key that the configuration names, else the data folder's.
  static func master(
    _ configuration: Configuration, in folder: borrowing DataFolder
  ) throws(StartFailure) -> MasterKey {
    if let path = configuration.masterKeyFile {
      let text = String(decoding: try FileText.read(path), as: UTF8.self)
      guard let key = MasterKey(text: text) else { throw unreadable(path) }
      return key
    }
    let kept: MasterKey?
    do throws(StoreError) {
      kept = try MasterKey.establish(in: folder)
    } catch {
      throw StartFailure(.folder, "\(error)")
    }
    guard let kept else { throw unreadable(folder.path(of: MasterKey.file)) }
    return kept
  }

  private static func unreadable(_ path: String) -> StartFailure {
    StartFailure(.configuration, "\(path) does not hold a key of 64 hexadecimal digits")
  }

  /// Who signs and believes access tokens; a database that has no signing key is given one.
  static func accessTokens(
    _ configuration: Configuration, _ master: MasterKey, _ database: Database, now: Timestamp
  ) async throws(StartFailure) -> AccessTokens {
    let keys = SigningKeys(master: master)
    do throws(StoreError) {
      try await database.write { (transaction) throws(StoreError) in
        try keys.establish(now: now, in: transaction)
      }
    } catch {
      throw StartFailure(.folder, "\(error)")
    }
    return AccessTokens(
      issuer: configuration.issuer,
      lifetimeSeconds: Int64(configuration.accounts.accessTokenSeconds), keys: keys)
  }
}
