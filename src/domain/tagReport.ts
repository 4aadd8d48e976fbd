/** What cross-validation says of a trained tag at one threshold. */
export interface TagPoint {
  threshold: number
  /** Of what it would suggest, right ones and all of them. */
  right: number
  suggested: number
}

/** How a trained tag did on examples it had not seen. */
export interface TagReport {
  positives: number
  negatives: number
  /** Suggestions that people had rejected, among the negatives. */
  rejected: number
  folds: number
  points: TagPoint[]
}
