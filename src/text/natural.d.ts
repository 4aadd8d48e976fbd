// natural declares types only for its root, which loads database drivers; we import single stemmers.
declare module 'natural/lib/natural/stemmers/*' {
  const stemmer: { stem(token: string): string }
  export default stemmer
}
