import Testing

@testable import Store

/// Whether a folder keeps files.
struct FolderProbeTests {
  @Test("a folder that keeps files does, again and again, and is as it was before")
  func keeps() throws {
    let parent = try Files.makeFolder(in: "/tmp")
    defer { try? Files.removeFolder(parent) }
    let probe = FolderProbe(folder: parent)
    #expect(probe.keeps() && probe.keeps())
    #expect(try Files.status("\(parent)/.probe") == nil)
  }

  @Test("a folder that is gone keeps none")
  func isGone() throws {
    let parent = try Files.makeFolder(in: "/tmp")
    try Files.removeFolder(parent)
    #expect(!FolderProbe(folder: parent).keeps())
  }
}
