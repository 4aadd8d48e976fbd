// npm run kernel: writes src/classify/kernel.generated.ts from kernel.wat, so that the product needs no assembler.
// `--check` only says whether the file is current.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import assembler from 'wabt'
import { root } from './node.js'

const source = join(root, 'src/classify/kernel.wat')
const target = join(root, 'src/classify/kernel.generated.ts')

const wabt = await assembler()
const parsed = wabt.parseWat('kernel.wat', readFileSync(source, 'utf8'), { simd: true })
const { buffer } = parsed.toBinary({})
const text = `// Written by bin/kernel.js from kernel.wat.\nexport const KERNEL =\n  '${Buffer.from(buffer).toString('base64')}'\n`

if (!process.argv.includes('--check')) writeFileSync(target, text)
else if (readFileSync(target, 'utf8') !== text) {
  console.error('src/classify/kernel.generated.ts is out of date. Run: npm run kernel')
  process.exit(1)
}
