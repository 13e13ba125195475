import Contract
import Identity
import Store
import Wire

/// The token that lets the operator of a new server in: made once, kept in a file for the owner
/// alone.
enum AdminToken {
  static let file = "admin.token"

  /// Makes the token when the folder has none.
  static func establish(
    in folder: borrowing DataFolder, _ database: Database, _ identifiers: any IdentifierSource,
    _ wallClock: any WallClock
  ) async throws(StartFailure) {
    let kept = try Server.opening { () throws(StoreError) in
      try folder.read(file, bytesMax: 4096)
    }
    if let kept, try await isKnown(kept, in: database) { return }
    let secret = TokenSecret.make()
    let record = TokenRecord(
      id: identifiers.next("tok_"), name: "admin", permissions: Set(Permission.allCases),
      organisation: nil, user: nil, project: nil, createdAt: wallClock.now, expiresAt: nil)
    do throws(StoreError) {
      try await database.write { (transaction) throws(StoreError) in
        try record.insert(secret, in: transaction)
      }
      try folder.write(Array((secret.text + "\n").utf8), to: file, readableBy: .owner)
    } catch {
      throw StartFailure(.folder, "\(error)")
    }
  }

  /// Whether the file's token is one of this database's: a file that outlived its database is not.
  private static func isKnown(_ kept: [UInt8], in database: Database) async throws(StartFailure)
    -> Bool
  {
    let text = String(decoding: kept.prefix { $0 > 0x20 }, as: UTF8.self)
    do throws(StoreError) {
      let record = try await database.read { (reader) throws(StoreError) in
        try TokenRecord.find(hash: TokenSecret(text: text).hash, in: reader)
      }
      return record != nil
    } catch {
      throw StartFailure(.folder, "\(error)")
    }
  }
}
