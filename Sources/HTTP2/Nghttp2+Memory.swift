internal import CNghttp2

/// Where the library gets its memory from.
extension Nghttp2 {
  /// Runs `body` with the functions that serve a session from `memory`; the library copies them.
  static func withFunctions<Result>(
    of memory: HTTP2Memory?, _ body: (UnsafeMutablePointer<nghttp2_mem>?) -> Result
  ) -> Result {
    guard let memory else { return body(nil) }
    // SAFETY: a session keeps the memory as long as it calls these.
    var functions = unsafe nghttp2_mem(
      mem_user_data: memory.address, malloc: allocate, free: free, calloc: allocateZeros,
      realloc: reallocate)
    // SAFETY: as above.
    return unsafe withUnsafeMutablePointer(to: &functions) { unsafe body($0) }
  }
}

private typealias User = UnsafeMutableRawPointer?

@inline(__always)
private func lists(_ user: User) -> UnsafeMutablePointer<BlockLists>? {
  // SAFETY: the user data is the address of lists that the session's owner keeps.
  unsafe user?.assumingMemoryBound(to: BlockLists.self)
}

private func allocate(_ count: Int, _ user: User) -> UnsafeMutableRawPointer? {
  // SAFETY: as above.
  unsafe lists(user)?.pointee.allocate(count)
}

private func free(_ block: UnsafeMutableRawPointer?, _ user: User) {
  // SAFETY: as above; the library gives back what it got here.
  guard let block = unsafe block else { return }
  unsafe lists(user)?.pointee.free(block)
}

private func allocateZeros(_ count: Int, _ size: Int, _ user: User) -> UnsafeMutableRawPointer? {
  let (bytes, overflows) = count.multipliedReportingOverflow(by: size)
  guard !overflows else { return nil }
  // SAFETY: as above; the block has as many bytes.
  let block = unsafe lists(user)?.pointee.allocate(bytes)
  unsafe block?.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
  return unsafe block
}

private func reallocate(
  _ block: UnsafeMutableRawPointer?, _ count: Int, _ user: User
) -> UnsafeMutableRawPointer? {
  // SAFETY: as above.
  guard let block = unsafe block else { return unsafe allocate(count, user) }
  return unsafe lists(user)?.pointee.reallocate(block, count)
}
