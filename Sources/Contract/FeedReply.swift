/// What a feed method answers.
package enum FeedReply: Sendable {
  case open(FeedPlan)
  /// The feed has ended and the subscriber has everything: 204, so that it stops coming back.
  case finished
}
