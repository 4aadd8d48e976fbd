import type { OriginModel } from '../../../views/parts/Origin.tsx'
import { networkName } from '../../../views/parts/Network.tsx'
import { reachOf } from '../../domain/reach.ts'
import { countMarks, suspicionsOf } from '../../domain/suspicion.ts'
import { countDay, countEchoes } from '../../store/echoes.ts'
import type { Reader } from '../../store/store.ts'
import type { LoadedThread } from '../../store/thread.ts'

/** How far the mention reached and what bears on whether a person means it; from stored fields alone. */
export async function originModel(
  read: Reader,
  { mention, author }: LoadedThread['mentions'][number],
): Promise<OriginModel> {
  const signs = {
    spam: mention.classification?.spam,
    isBot: author.isBot ?? undefined,
    ...countMarks(`${mention.title ?? ''} ${mention.text}`),
    ...(await countEchoes(read, mention)),
    dayCount: await countDay(read, mention),
  }
  return {
    network: networkName(mention.platform),
    reach: reachOf({ views: mention.metrics?.views ?? null, followers: author.followers }),
    signs,
    suspicions: suspicionsOf({ ...signs, intents: mention.intents ?? [] }),
  }
}
