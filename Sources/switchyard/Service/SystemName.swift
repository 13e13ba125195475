import Glibc

/// Small questions to the system.
enum SystemName {
  /// The machine's name, or `localhost` when it has none.
  static var host: String {
    var name = [CChar](repeating: 0, count: 256)
    let room = name.count - 1
    // SAFETY: the kernel writes at most 255 bytes and leaves the last one zero.
    guard unsafe gethostname(&name, room) == 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
