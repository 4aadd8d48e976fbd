// natural declares types only for its root, which loads database drivers; the trainer is imported alone.
declare module 'natural/lib/natural/classifiers/bayes_classifier.js' {
  export default class BayesClassifier {
    static restore(stored: object): BayesClassifier
    /** Tokens are taken as they are. */
    addDocument(tokens: string[], label: string): void
    /** Takes in the documents that were added since the last time. */
    train(): void
    getClassifications(tokens: string[]): { label: string; value: number }[]
  }
}
