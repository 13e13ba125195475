internal import CLinux
internal import Contract
internal import Glibc

/// One address that can be listened on or connected to.
struct SocketAddress: Sendable {
  let bytes: [UInt8]
  let family: Int32
  /// The numeric host, in brackets for IPv6, and the port.
  let host: String
  let port: Int

  /// The same host with another port; both families keep it in bytes 2 and 3, high byte first.
  func with(port: Int) -> SocketAddress {
    var bytes = bytes
    bytes[2] = UInt8(truncatingIfNeeded: port >> 8)
    bytes[3] = UInt8(truncatingIfNeeded: port)
    return SocketAddress(bytes: bytes, family: family, host: host, port: port)
  }
}

extension Linux {
  /// The addresses that a host name and a port stand for; `localhost` is both loopbacks.
  static func resolve(host: String, port: Int, isListening: Bool) throws(SystemError)
    -> [SocketAddress]
  {
    // SAFETY: a zeroed struct of the system, whose pointers are null and stay so.
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = switchyard_stream
    unsafe hints.ai_flags = isListening ? AI_PASSIVE : 0
    var list: UnsafeMutablePointer<addrinfo>?
    // SAFETY: getaddrinfo reads both strings and the hints during the call and fills `list`.
    let result = unsafe getaddrinfo(host, String(port), &hints, &list)
    guard result == 0 else {
      // SAFETY: gai_strerror returns a static C string.
      let reason = unsafe String(cString: gai_strerror(result))
      throw SystemError(operation: "resolve \(host) (\(reason))", number: EADDRNOTAVAIL)
    }
    // SAFETY: the list came from getaddrinfo and is freed once, after its last use.
    defer { unsafe freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    // SAFETY: the resolver's list ends with null, and its entries live until the list is freed.
    var next = unsafe list
    while let entry = unsafe next {
      let info = unsafe entry.pointee
      // SAFETY: the resolver says how long each address is.
      let bytes = unsafe [UInt8](
        UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen)))
      // SAFETY: copies of a number and of a pointer into the list, which is not freed yet.
      addresses.append(address(bytes, family: unsafe info.ai_family))
      unsafe next = info.ai_next
    }
    return addresses
  }

  /// The address that a bound socket has.
  static func boundAddress(_ descriptor: Int32) throws(SystemError) -> SocketAddress {
    var bytes = [UInt8](repeating: 0, count: MemoryLayout<sockaddr_storage>.size)
    var length = socklen_t(bytes.count)
    // SAFETY: the array is as large as the largest address; the kernel writes no more than
    // `length`.
    let result = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe getsockname(
        descriptor, buffer.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
    }
    try check(result, "getsockname")
    let family = Int32(bytes[0]) | Int32(bytes[1]) << 8
    return address(Array(bytes.prefix(Int(length))), family: family)
  }

  private static func address(_ bytes: [UInt8], family: Int32) -> SocketAddress {
    let port = bytes.count > 3 ? Int(bytes[2]) << 8 | Int(bytes[3]) : 0
    let isVersion6 = family == AF_INET6
    let source =
      isVersion6 ? Array(bytes.dropFirst(8).prefix(16)) : Array(bytes.dropFirst(4).prefix(4))
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    // SAFETY: `source` holds an address of the family and `text` has room for its longest form.
    unsafe inet_ntop(family, source, &text, socklen_t(text.count))
    let host = String(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return SocketAddress(
      bytes: bytes, family: family, host: isVersion6 ? "[\(host)]" : host, port: port)
  }

  /// A listening socket; with `isShared` several loops listen on one port.
  static func listen(
    on address: SocketAddress, isShared: Bool, backlog: Int32
  ) throws(SystemError) -> Descriptor {
    let flags = switchyard_nonblocking_socket_flags
    let descriptor = Descriptor(number: try check(socket(address.family, flags, 0), "socket"))
    try set(descriptor.number, SOL_SOCKET, SO_REUSEADDR)
    if isShared { try set(descriptor.number, SOL_SOCKET, SO_REUSEPORT) }
    if address.family == AF_INET6 {
      try set(descriptor.number, Int32(IPPROTO_IPV6), IPV6_V6ONLY)
    }
    // SAFETY: the pointer is good for the call.
    try unsafe withSystemAddress(address) { pointer, length in
      unsafe bind(descriptor.number, pointer, length)
    }
    try check(Glibc.listen(descriptor.number, backlog), "listen")
    return descriptor
  }

  /// A listening socket that this process was started with, as a descriptor of its own.
  static func listen(onInherited number: Int32) throws(SystemError) -> Descriptor {
    var isListening: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    // SAFETY: the kernel writes a number of four bytes.
    try check(
      unsafe getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length), "getsockopt")
    guard isListening != 0 else {
      throw SystemError(operation: "descriptor \(number) does not listen", number: EINVAL)
    }
    let descriptor = Descriptor(
      number: try check(fcntl(number, switchyard_duplicate, 3), "fcntl"))
    try unblock(descriptor.number)
    return descriptor
  }

  /// A connected, blocking socket: the command line's side of a connection.
  static func connect(to address: SocketAddress) throws(SystemError) -> Descriptor {
    let flags = switchyard_socket_flags
    let descriptor = Descriptor(number: try check(socket(address.family, flags, 0), "socket"))
    // SAFETY: the pointer is good for the call.
    try unsafe withSystemAddress(address) { pointer, length in
      unsafe Glibc.connect(descriptor.number, pointer, length)
    }
    try set(descriptor.number, Int32(IPPROTO_TCP), TCP_NODELAY)
    return descriptor
  }

  /// What became of taking the next waiting connection.
  enum Acceptance: ~Copyable {
    case connection(Descriptor, from: ClientNetwork)
    /// None waits.
    case nobody
    /// One waits, and the process or the system has no descriptor or memory left for it.
    case exhausted
  }

  /// Takes the next waiting connection.
  static func accept(_ listener: Int32) -> Acceptance {
    var peer = sockaddr_storage()
    // SAFETY: the kernel writes an address into the struct, which is as large as the largest.
    let number = unsafe switchyard_accept(listener, &peer)
    guard number >= 0 else {
      return [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) ? .exhausted : .nobody
    }
    // Without the option answers are late, never wrong.
    try? set(number, Int32(IPPROTO_TCP), TCP_NODELAY)
    return .connection(Descriptor(number: number), from: network(of: peer))
  }

  private static func network(of peer: sockaddr_storage) -> ClientNetwork {
    // SAFETY: an address of IPv4 has four bytes at 4, one of IPv6 sixteen at 8, both high byte
    // first; the struct has 128.
    unsafe withUnsafeBytes(of: peer) { bytes in
      // SAFETY: as above.
      unsafe Int32(peer.ss_family) == AF_INET6
        ? .version6(
          UInt64(bigEndian: bytes.load(fromByteOffset: 8, as: UInt64.self)),
          UInt64(bigEndian: bytes.load(fromByteOffset: 16, as: UInt64.self)))
        : .version4(UInt32(bigEndian: bytes.load(fromByteOffset: 4, as: UInt32.self)))
    }
  }

  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) throws(SystemError)
  {
    var one: Int32 = 1
    // SAFETY: the kernel reads four bytes during the call.
    try check(
      unsafe setsockopt(descriptor, level, option, &one, socklen_t(MemoryLayout<Int32>.size)),
      "setsockopt")
  }

  private static func withSystemAddress(
    _ address: SocketAddress, _ body: (UnsafePointer<sockaddr>?, socklen_t) -> Int32
  ) throws(SystemError) {
    // SAFETY: the bytes came from the resolver or the kernel and are an address of their family.
    let result = unsafe address.bytes.withUnsafeBytes { bytes in
      unsafe body(
        bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
    try check(result, "\(address.host):\(address.port)")
  }
}
