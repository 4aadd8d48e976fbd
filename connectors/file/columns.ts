/** Column names in use -> our fields. Compared without case, spaces and punctuation. */
const aliases = {
  externalId: 'externalid id reviewid mentionid postid tweetid commentid statusid guid',
  url: 'url link permalink reviewlink reviewurl posturl source_url',
  kind: 'kind type',
  text: 'text body content message reviewtext review comment reviewbody fulltext tweet',
  title: 'title reviewtitle subject headline',
  lang: 'lang language reviewerlanguage locale',
  createdAt:
    'createdat created date time timestamp publishedat published datetime reviewdate submittedat reviewsubmitmillissinceepoch',
  createdText: 'reviewsubmitdateandtime',
  editedAt: 'editedat updatedat updated lastmodified reviewlastupdatemillissinceepoch',
  parentId: 'parentid inreplyto inreplytoid replyto',
  rootId: 'rootid threadid conversationid',
  authorId: 'authorid userid customerid accountid',
  author: 'author handle username user screenname reviewer authorhandle nickname',
  authorName: 'authorname name displayname fullname reviewername',
  email: 'email authoremail revieweremail mail',
  followers: 'followers followercount',
  rating: 'rating stars score starrating',
  best: 'best bestrating maxrating',
  worst: 'worst worstrating minrating',
  subject: 'product app appid packagename location business game subjectid',
  version: 'version appversion appversionname',
  orderRef: 'order orderid orderref ordernumber',
  reply: 'reply response ownerreply developerreplytext',
  replyAt: 'replyat responseat repliedat developerreplymillissinceepoch',
  likes: 'likes favorites favourites upvotes thumbsup',
  replies: 'replies comments replycount',
  reposts: 'reposts retweets shares',
  views: 'views impressions',
} as const
export type Column = keyof typeof aliases

const byName = new Map<string, Column>(
  Object.entries(aliases).flatMap(([column, names]) =>
    names.split(' ').map((name) => [plainName(name), column as Column]),
  ),
)

/** The meaning of each column; undefined for unknown ones. The first of two columns with one meaning counts. */
export function columnsOf(header: string[]): (Column | undefined)[] {
  const taken = new Set<Column>()
  return header.map((name) => {
    const column = byName.get(plainName(name))
    if (column === undefined || taken.has(column)) return undefined
    taken.add(column)
    return column
  })
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '')
}

/** One row in the written form of a mention. Empty cells are absent. */
export function recordOf(columns: (Column | undefined)[], cells: string[]): Record<string, unknown> {
  const cell = new Map<Column, string>()
  for (const [index, column] of columns.entries()) {
    const value = cells[index]?.trim()
    if (column && value) cell.set(column, value)
  }
  const pick = (...names: Column[]) => names.map((name) => cell.get(name)).find((value) => value !== undefined)
  return prune({
    externalId: cell.get('externalId') ?? reviewIdOf(cell.get('url')),
    url: cell.get('url'),
    kind: cell.get('kind')?.toLowerCase(),
    title: cell.get('title'),
    text: cell.get('text'),
    lang: cell.get('lang')?.replace('_', '-'),
    createdAt: pick('createdAt', 'createdText'),
    editedAt: cell.get('editedAt'),
    parentId: cell.get('parentId'),
    rootId: cell.get('rootId'),
    author: prune({
      externalId: pick('authorId', 'author', 'email', 'authorName'),
      handle: pick('author', 'authorName', 'authorId'),
      name: cell.get('authorName'),
      followers: numberOf(cell.get('followers')),
    }),
    metrics: prune({
      likes: numberOf(cell.get('likes')),
      replies: numberOf(cell.get('replies')),
      reposts: numberOf(cell.get('reposts')),
      views: numberOf(cell.get('views')),
    }),
    review: cell.has('rating') || cell.has('reply') ? reviewOf(cell) : undefined,
  })
}

function reviewOf(cell: Map<Column, string>): Record<string, unknown> {
  const raw = numberOf(cell.get('rating'))
  const subject = cell.get('subject')
  return prune({
    subject: subject && { kind: 'product', id: subject },
    rating: cell.has('rating')
      ? prune({ raw, best: numberOf(cell.get('best')), worst: numberOf(cell.get('worst')) })
      : undefined,
    version: cell.get('version'),
    ownerReply: cell.has('reply') ? prune({ text: cell.get('reply'), at: cell.get('replyAt') }) : undefined,
    identityHints: prune({ email: cell.get('email'), orderRef: cell.get('orderRef') }),
  })
}

/** The links of Google Play carry the id of the review. */
function reviewIdOf(url: string | undefined): string | undefined {
  return (url && URL.canParse(url) && new URL(url).searchParams.get('reviewId')) || undefined
}

/** "4", "4.5", "4,5" and "1 234"; anything else stays as it is, so that the schema can complain. */
function numberOf(text: string | undefined): number | string | undefined {
  if (text === undefined) return undefined
  const value = Number(text.replace(/\s/g, '').replace(/^(-?\d+),(\d{1,2})$/, '$1.$2'))
  return Number.isFinite(value) ? value : text
}

function prune(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).filter(
      ([, value]) =>
        value !== undefined &&
        value !== '' &&
        !(typeof value === 'object' && value !== null && Object.keys(value).length === 0),
    ),
  )
}
