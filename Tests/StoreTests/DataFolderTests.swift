internal import Glibc
internal import Testing

@testable internal import Store

@Suite("The data folder")
struct DataFolderTests {
  private let parent: TemporaryFolder
  private var path: String { "\(parent.path)/one/two" }

  init() throws { parent = try TemporaryFolder() }

  @Test("is made with the folders above it; others may pass through, and list nothing")
  func made() throws {
    let folder = try DataFolder.lock(path)
    for made in [path, "\(parent.path)/one"] { #expect(try Files.status(made)?.mode == 0o711) }
    #expect(folder.path == path)
    #expect(folder.databasePath == "\(path)/main.db")
  }

  @Test(
    "is made however its path is spelt", arguments: ["a/b", "a/./b", "a//b", "./a", "a/", "a/."])
  func spelling(_ name: String) throws {
    let folder = try DataFolder.lock("\(parent.path)/\(name)")
    try folder.write([1], to: "file", readableBy: .owner)
    #expect(try folder.read("file", bytesMax: 1) == [1])
  }

  @Test("is locked by one process, whose number the second learns")
  func locked() throws {
    do {
      let first = try DataFolder.lock(path)
      #expect(throws: StoreError.inUse(by: getpid())) { _ = try DataFolder.lock(path) }
      // A command beside the server needs no lock.
      #expect(try DataFolder.open(path).path == first.path)
    }
    _ = try DataFolder.lock(path)
  }

  @Test("a lock file without a number is still a lock")
  func lockWithoutNumber() throws {
    let first = try DataFolder.lock(path)
    let name = first.path(of: "lock")
    try OpenFile.open(name, for: .keeping).replace(with: [], name)
    #expect(throws: StoreError.inUse(by: nil)) { _ = try DataFolder.lock(path) }
  }

  @Test("a file in its place is said to be no folder")
  func fileInPlace() throws {
    let file = "\(parent.path)/file"
    _ = try OpenFile.open(file, for: .keeping)
    #expect(throws: StoreError.cannotOpen(path: file, .notAFolder)) {
      _ = try DataFolder.lock(file)
    }
    let below = "\(file)/below"
    #expect(throws: StoreError.cannotOpen(path: below, .notAFolder)) {
      _ = try DataFolder.lock(below)
    }
  }

  @Test("a place that cannot be written is said")
  func unwritable() throws {
    // No user can make files in /proc, root included.
    #expect(throws: StoreError.self) { _ = try DataFolder.lock("/proc/switchyard") }
    #expect(throws: StoreError.self) { _ = try DataFolder.lock("/proc/self") }
  }

  @Test(
    "is refused when other users can write it",
    arguments: [(0o700, true), (0o755, true), (0o770, false), (0o702, false), (0o1777, false)])
  func modes(mode: UInt32, isTaken: Bool) throws {
    try Files.makeFolder("\(parent.path)/given")
    // SAFETY: the path is a string that outlives the call.
    unsafe chmod("\(parent.path)/given", mode)
    let given = "\(parent.path)/given"
    let refusal = StoreError.cannotOpen(path: given, .writableByOthers(mode: mode))
    let wanted = isTaken ? nil : refusal
    var found: StoreError?
    do throws(StoreError) { _ = try DataFolder.lock(given) } catch { found = error }
    #expect(found == wanted)
  }

  @Test("a command finds no folder where no server was")
  func openMissing() throws {
    #expect(throws: StoreError.cannotOpen(path: path, .notFound)) { _ = try DataFolder.open(path) }
  }

  @Test("its files are private and replaced as a whole")
  func files() throws {
    let folder = try DataFolder.lock(path)
    #expect(try folder.read("token", bytesMax: 10) == nil)
    try folder.write(Array("first".utf8), to: "token", readableBy: .owner)
    try folder.write(Array("next".utf8), to: "token", readableBy: .owner)
    #expect(try folder.read("token", bytesMax: 4) == Array("next".utf8))
    #expect(throws: StoreError.tooBig) { _ = try folder.read("token", bytesMax: 3) }
    #expect(try Files.status(folder.path(of: "token"))?.mode == 0o600)
    #expect(try Files.status(folder.path(of: ".token.partial")) == nil)
    try folder.write([], to: "token", readableBy: .owner)
    #expect(try folder.read("token", bytesMax: 0) == [])
  }

  @Test("a public file can be read by everybody and written by nobody else")
  func publicFile() throws {
    let folder = try DataFolder.lock(path)
    try folder.makeFolder("public")
    try folder.write(Array("x".utf8), to: "public/file", readableBy: .owner)
    try folder.write(Array("x".utf8), to: "public/file", readableBy: .everybody)
    #expect(try Files.status(folder.path(of: "public"))?.mode == 0o711)
    #expect(try Files.status(folder.path(of: "public/file"))?.mode == 0o644)
  }

  @Test(
    "a database that other users could read is closed to them",
    arguments: [(0o644, 0o640), (0o666, 0o660), (0o600, 0o600)] as [(UInt32, UInt32)])
  func databaseIsClosed(_ before: UInt32, _ after: UInt32) throws {
    let folder = try DataFolder.lock(path)
    let files = [folder.databasePath, "\(folder.databasePath)-wal"]
    for file in files {
      _ = try OpenFile.open(file, for: .keeping)
      // SAFETY: the path is a string that outlives the call.
      unsafe chmod(file, before)
    }
    _ = try DatabaseFile(.file(folder.databasePath))
    for file in files { #expect(try Files.status(file)?.mode == after) }
  }

  @Test("one that is for its owner alone shows others nothing, and lists what it holds")
  func ownersAlone() throws {
    let folder = try DataFolder.lock(path, passableBy: .owner)
    #expect(try Files.status(path)?.mode == 0o700)
    for name in ["b", "a"] { try folder.write([], to: name, readableBy: .owner) }
    #expect(try folder.names(most: 10) == ["a", "b", "lock"])
    #expect(try folder.names(most: 1).count == 1)
  }

  @Test("a long file is written and read whole")
  func longFile() throws {
    let folder = try DataFolder.lock(path)
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try folder.write(bytes, to: "long", readableBy: .owner)
    #expect(try folder.read("long", bytesMax: 100_000) == bytes)
  }
}
