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
    if let path = configuration.masterKeyFile { return try read(path) }
    let kept: MasterKey?
    do throws(StoreError) {
      kept = try MasterKey.establish(in: folder)
    } catch {
      throw StartFailure(.folder, "\(error)")
    }
    guard let kept else { throw unreadable(folder.path(of: MasterKey.file)) }
    return kept
  }

  /// The key that a folder's secrets lie under: the file's that is named, else the folder's own,
  /// which is not made here.
  static func existing(_ file: String?, in data: String) throws(StartFailure) -> MasterKey {
    let folder = try Server.opening { () throws(StoreError) in try DataFolder.open(data) }
    let own = folder.path(of: MasterKey.file)
    return try read(file ?? own)
  }

  private static func read(_ path: String) throws(StartFailure) -> MasterKey {
    let text = String(decoding: try FileText.read(path), as: UTF8.self)
    guard let key = MasterKey(text: text) else { throw unreadable(path) }
    return key
  }

  private static func unreadable(_ path: String) -> StartFailure {
    StartFailure(.configuration, "\(path) does not hold a key of 64 hexadecimal digits")
  }

  /// Others whose tokens are believed.
  static func foreignIssuers(
    _ configuration: Configuration
  ) throws(StartFailure) -> ForeignIssuers {
    guard let path = configuration.issuersFile else { return .none }
    let bytes = try FileText.read(path)
    do throws(ForeignIssuers.Refusal) {
      return try ForeignIssuers(json: bytes)
    } catch {
      throw StartFailure(.configuration, "\(path): \(error)")
    }
  }

  /// Who signs and believes access tokens; a database that has no signing key is given one.
  static func accessTokens(
    _ configuration: Configuration, _ master: MasterKey, _ database: Database, now: Timestamp
  ) async throws(StartFailure) -> AccessTokens {
    let keys = SigningKeys(master: master)
    let opens: Bool
    do throws(StoreError) {
      opens = try await database.write { (transaction) throws(StoreError) in
        try keys.establish(now: now, in: transaction)
        return try keys.opens(in: transaction)
      }
    } catch {
      throw StartFailure(.folder, "\(error)")
    }
    guard opens else {
      throw StartFailure(
        .configuration,
        "the secrets in this database lie under another master key than the one that was given")
    }
    return AccessTokens(
      issuer: configuration.issuer,
      lifetimeSeconds: Int64(configuration.accounts.accessTokenSeconds), keys: keys)
  }
}
