/// How much one turn may bring; what is above ends it.
struct TurnLimits: Hashable {
  /// The most bytes of a call's arguments.
  var argumentsMax = 1_048_576
  /// The most calls.
  var callsMax = 128
  /// The most bytes of everything that is kept.
  var bytesMax = 16_777_216
  /// The most bytes of a call's id and of a tool's name.
  var nameMax = 256
}
