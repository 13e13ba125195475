import Contract
import Cryptography
import Store
import Synchronization
import Testing

@testable import Identity

struct PasswordTests {
  /// Numbers that take no time.
  static let quick: Scrypt = {
    guard let scrypt = Scrypt(logCost: 4, blockSize: 8, parallel: 1) else {
      preconditionFailure("numbers that are allowed")
    }
    return scrypt
  }()

  @Test("a hash is of its password alone, and survives being written")
  func verifies() throws {
    let hash = PasswordHash("correct horse", scrypt: Self.quick)
    let read = try #require(PasswordHash(text: hash.text))
    #expect(read == hash)
    #expect(read.verifies("correct horse"))
    for wrong in ["", "correct hors", "correct horse ", "Correct horse"] {
      #expect(!read.verifies(wrong))
    }
    #expect(PasswordHash("correct horse", scrypt: Self.quick).text != hash.text)
  }

  @Test("the standard is what the catalogue asks for")
  func standard() {
    #expect(PasswordHash.standard == Scrypt(logCost: 15, blockSize: 8, parallel: 1))
    #expect(PasswordHash("secret").text.hasPrefix("$scrypt$ln=15,r=8,p=1$"))
  }

  /// Made by Python's hashlib.scrypt(b"pässwörd", salt=bytes(range(16)), n=16384, r=8, p=1).
  @Test("a hash that another program made is read")
  func foreign() throws {
    let hash = try #require(
      PasswordHash(
        text:
          "$scrypt$ln=14,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$XePXvxZzRj6L1K6Fof7AUZumo8fHft2FRonOsXgR7YI"
      ))
    #expect(hash.verifies("pässwörd"))
    #expect(!hash.verifies("passwort"))
  }

  @Test(
    "what is no hash is none",
    arguments: [
      "", "$", "secret", "$scrypt$ln=15,r=8,p=1$", "$argon2id$ln=15,r=8,p=1$AAAAAAAAAAAAAAAA$AAAA",
      "$scrypt$ln=30,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
      "$scrypt$ln=15,r=8$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
      "$scrypt$ln=+15,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
      "$scrypt$r=8,ln=15,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
      "$scrypt$ln=15,r=8,p=1$AAEC$AAECAwQFBgcICQoLDA0ODw",
      "$scrypt$ln=15,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAEC",
      "$scrypt$ln=15,r=8,p=1$AAECAwQFBgcICQoLDA0ODw=$AAECAwQFBgcICQoLDA0ODw",
      "$scrypt$ln=15,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw$",
    ])
  func refuses(_ text: String) {
    #expect(PasswordHash(text: text) == nil)
  }

  @Test("the hasher says what is right, wrong and out of date")
  func checks() async throws {
    let hasher = try PasswordHasher(threads: 2, waitingMax: 8, scrypt: Self.quick)
    let kept = try await hasher.hash("hunter22")
    #expect(try await hasher.check("hunter22", against: kept) == .right)
    #expect(try await hasher.check("hunter23", against: kept) == .wrong)
    #expect(try await hasher.check("", against: nil) == .wrong)
    #expect(try await hasher.check("hunter22", against: "no hash") == .wrong)
    let older = try #require(Scrypt(logCost: 3, blockSize: 8, parallel: 1))
    let old = PasswordHash("hunter22", scrypt: older).text
    guard case .rightAfter(rehashing: let new) = try await hasher.check("hunter22", against: old)
    else {
      Issue.record("the old hash was not found out of date")
      return
    }
    #expect(try await hasher.check("hunter22", against: new) == .right)
  }

  @Test("more passwords than may wait are refused, and the others answered")
  func isBounded() async throws {
    let slow = try #require(Scrypt(logCost: 14, blockSize: 8, parallel: 1))
    let hasher = try PasswordHasher(threads: 1, waitingMax: 2, scrypt: slow)
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<32 {
        group.addTask {
          do throws(Fault) {
            _ = try await hasher.hash("a password")
            return true
          } catch {
            #expect(error.code == .unavailable)
            return false
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.contains(true))
    #expect(outcomes.contains(false))
  }
}
