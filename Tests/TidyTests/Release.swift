import Foundation

/// The release binary, when one was built in this working copy.
enum Release {
  static let path = ".build/release/switchyard"
  static let strippedMax = 30 * 1_000_000  // bytes
  static var exists: Bool { Repository.current.exists(path) }

  /// What glibc itself brings: everything else is linked into the one file.
  static let allowedLibraries: Set<String> = [
    "linux-vdso.so.1", "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1",
    "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1",
  ]

  /// What a block can be made or given back with: the C library must find the binary's own, or a
  /// block would be freed by another allocator than made it.
  static let allocator: Set<Substring> = [
    "malloc", "calloc", "realloc", "free", "aligned_alloc", "posix_memalign", "memalign", "valloc",
    "malloc_usable_size",
  ]

  /// Libraries in the output of `ldd` that glibc does not bring.
  static func foreignLibraries(in listing: String) -> [String] {
    listing.split(separator: "\n")
      .compactMap { $0.split(whereSeparator: \.isWhitespace).first?.split(separator: "/").last }
      .map(String.init)
      .filter { !allowedLibraries.contains($0) }
  }

  /// Symbols in the output of `nm` that only Foundation proper has.
  ///
  /// `FoundationEssentials` is another module, which the command-line parser brings.
  static func foundationSymbols(in listing: String) -> [Substring] {
    listing.split(separator: "\n")
      .compactMap { $0.split(separator: " ").last }
      .filter { symbol in
        symbol.hasPrefix("$s10Foundation") || symbol.hasPrefix("_CFRuntime")
          || symbol.hasPrefix("CFStringCreate")
          || symbol.hasPrefix("$s27FoundationInternationalization")
      }
  }
}
