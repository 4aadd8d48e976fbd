import { encodeBundle, type SectionData } from '../artefact.ts'
import type { EngineMeta } from '../engine.ts'
import { BLOCKS, type Trained } from './english.ts'
import { packBlock, packConvolution } from './pack.ts'

export function packEnglish(trained: readonly Trained[], words: readonly string[], lexicon: string): Uint8Array {
  const data: Record<string, SectionData> = { lexicon, 'cnn.words': words.join('\n') }
  const meta: EngineMeta = { blocks: [], heads: [] }
  const offsets = BLOCKS.map(() => 0)
  for (const b of BLOCKS.keys()) {
    const block = packBlock(trained.filter(({ plan }) => plan.block === b).map(({ model }) => model), b)
    meta.blocks.push(block.meta)
    Object.assign(data, block.data)
  }
  for (const { plan, model, net } of trained) {
    const inputs = plan.inputs.flatMap((name): [string, number][] => {
      const labels = trained.find((other) => other.plan.name === name)?.plan.labels ?? []
      return labels.map((_, column) => [name, column])
    })
    const offset = offsets[plan.block] ?? 0
    meta.heads.push({
      name: plan.name, labels: plan.labels, mode: plan.mode, block: plan.block, offset, inputs,
      ...(plan.net ? { net: plan.net.weight } : {}),
    })
    offsets[plan.block] = offset + plan.labels.length
    data[`${plan.name}.dense`] = model.dense
    data[`${plan.name}.bias`] = model.bias
    if (net) Object.assign(data, packConvolution(net, words, plan.name))
  }
  return encodeBundle({ ...meta }, data)
}
