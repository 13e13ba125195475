import Foundation
import Testing

@Suite("The release is one small file")
struct BinaryTests {
  private let repository = Repository.current

  @Test(
    "it needs only what glibc brings",
    .enabled(if: Release.exists, "no release binary; ./test builds one"))
  func needsOnlyGlibc() throws {
    let listing = try Command.run("ldd", [Release.path], in: repository.root)
    #expect(Release.foreignLibraries(in: listing.output) == [])
    #expect(listing.output.contains("libc.so.6"))
  }

  @Test(
    "it is under 30 MB when stripped",
    .enabled(if: Release.exists, "no release binary; ./test builds one"))
  func isSmall() throws {
    let stripped = try TemporaryFile("", named: "switchyard")
    let made = try Command.run("strip", ["-o", stripped.path, Release.path], in: repository.root)
    #expect(made.status == 0, "\(made.output)")
    let size = try FileManager.default.attributesOfItem(atPath: stripped.path)[.size] as? Int
    #expect(try #require(size) < Release.strippedMax)
  }

  @Test(
    "it holds no Foundation",
    .enabled(if: Release.exists, "no release binary; ./test builds one"))
  func holdsNoFoundation() throws {
    let listing = try Command.run("nm", [Release.path], in: repository.root)
    #expect(listing.status == 0)
    #expect(Release.foundationSymbols(in: listing.output).prefix(5) == [])
  }

  @Test(
    "the C library takes memory from the allocator that the file brings, too",
    .enabled(if: Release.exists, "no release binary; ./test builds one"))
  func exportsTheAllocator() throws {
    let listing = try Command.run(
      "nm", ["-D", "--defined-only", Release.path], in: repository.root)
    #expect(listing.status == 0)
    let exported = listing.output.split(separator: "\n").compactMap {
      $0.split(separator: " ").last
    }
    #expect(Release.allocator.subtracting(exported) == [])
  }

  @Test("a library that glibc does not bring is found")
  func findsForeignLibrary() {
    let listing = """
      \tlinux-vdso.so.1 (0x00007ffd)
      \tlibssl.so.3 => /lib/x86_64-linux-gnu/libssl.so.3 (0x00007f01)
      \tlibswiftCore.so => not found
      \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f02)
      \t/lib64/ld-linux-x86-64.so.2 (0x00007f03)
      """
    #expect(Release.foreignLibraries(in: listing) == ["libssl.so.3", "libswiftCore.so"])
  }

  @Test("Foundation proper is told from FoundationEssentials")
  func findsFoundation() {
    let listing = """
      00000000001a T $s20FoundationEssentials4DataV
      00000000001b T $s10Foundation12NotificationV
                   U CFStringCreateWithBytes
      """
    #expect(
      Release.foundationSymbols(in: listing) == [
        "$s10Foundation12NotificationV", "CFStringCreateWithBytes",
      ])
  }
}
