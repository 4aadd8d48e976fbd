import { z } from 'zod'
import { roles } from '../../store/tables/people.ts'
import { auditRoutes } from './audits.ts'
import { automationRoutes } from './automations.ts'
import { customerRoutes } from './customers.ts'
import { groupRoutes } from './groups.ts'
import { listRoutes } from './lists.ts'
import { judgingRoutes } from './judging.ts'
import { mentionRoutes } from './mentions.ts'
import { qualityRoutes } from './quality.ts'
import { queryRoutes } from './queries.ts'
import { replyRoutes } from './replies.ts'
import { defineRoute, type ApiRoute } from './route.ts'
import { sourceRoutes } from './sources.ts'
import { threadRoutes } from './threads.ts'
import { topicRoutes } from './topics.ts'

const me = defineRoute({
  method: 'get',
  path: '/me',
  tag: 'Token',
  summary: 'Whose token this is and what it may',
  scopes: [],
  permission: 'read',
  answer: z.strictObject({
    userId: z.string().describe('Owner of the token.'),
    name: z.string().describe('Name of the owner.'),
    role: z.enum(roles).describe('Role of the owner; the token may no more than it.'),
    scopes: z.array(z.string()).describe('Scopes of the token.'),
  }),
  handle: async ({ user, token }) => ({
    body: { userId: user.id, name: user.name, role: user.role, scopes: token.scopes },
  }),
})

/** Every operation of the API. */
export const apiRoutes: readonly ApiRoute[] = [
  me,
  ...mentionRoutes,
  ...threadRoutes,
  ...replyRoutes,
  ...customerRoutes,
  ...sourceRoutes,
  ...queryRoutes,
  ...qualityRoutes,
  ...topicRoutes,
  ...auditRoutes,
  ...judgingRoutes,
  ...listRoutes,
  ...groupRoutes,
  ...automationRoutes,
]
