import { describe, expect, it } from 'vitest'
import { hitToMention, itemToMention } from './map.ts'

const comment = {
  objectID: '41000001',
  author: 'ann',
  created_at_i: 1_700_000_000,
  comment_text:
    'I use <i>Acme</i> &amp; like it.<p>See <a href="https:&#x2F;&#x2F;acme.example&#x2F;very&#x2F;long" rel="nofollow">https:&#x2F;&#x2F;acme.example&#x2F;ve...</a>',
  parent_id: 41000000,
  story_id: 40999999,
  story_title: 'Ask HN: tools?',
  points: null,
  _tags: ['comment', 'author_ann', 'story_40999999'],
}

describe('Hacker News hits', () => {
  it('maps a comment with its parent, its story and its full links', () => {
    expect(hitToMention(comment)).toMatchObject({
      externalId: '41000001',
      url: 'https://news.ycombinator.com/item?id=41000001',
      kind: 'comment',
      text: 'I use Acme & like it.\n\nSee https://acme.example/very/long',
      parentId: '41000000',
      rootId: '40999999',
      createdAt: 1_700_000_000_000,
      author: { handle: 'ann', externalId: 'ann' },
    })
    expect(hitToMention(comment).title).toBeUndefined()
    expect(hitToMention(comment).metrics).toBeUndefined()
  })

  it('maps a story with its link and figures; it starts a conversation', () => {
    const story = hitToMention({
      objectID: '1',
      author: 'bob',
      created_at_i: 5,
      title: 'Show HN: <b>',
      url: 'https://acme.example/',
      points: 3,
      num_comments: 0,
      story_id: 1,
      _tags: ['story'],
    })
    expect(story).toMatchObject({
      kind: 'post',
      title: 'Show HN: <b>',
      metrics: { likes: 3, replies: 0 },
      media: [{ type: 'link', url: 'https://acme.example/' }],
    })
    expect(story.rootId).toBeUndefined()
    expect(story.parentId).toBeUndefined()
  })

  it.each([[null], [{}], [{ ...comment, author: null }], [{ ...comment, created_at_i: 'x' }], ['<html>']])(
    'refuses %j',
    (raw) => {
      expect(() => hitToMention(raw)).toThrow(/invalid|expected/i)
    },
  )

  it('does not hand out links that are not web pages', () => {
    expect(hitToMention({ ...comment, _tags: ['story'], url: 'javascript:alert(1)' }).media).toBeUndefined()
  })

  it('maps a Firebase item like the hit of the same comment', () => {
    const item = itemToMention(
      { id: 41000001, type: 'comment', by: 'ann', time: 1_700_000_000, text: comment.comment_text, parent: 41000000 },
      '40999999',
    )
    expect({ ...item, raw: 0 }).toEqual({ ...hitToMention(comment), raw: 0 })
  })
})
