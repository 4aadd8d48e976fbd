import type { FileUploadModel } from '../../../views/parts/FileUpload.tsx'
import type { Ctx, FileOutcome } from '../web.ts'

/** The connector whose sources are fed by uploads instead of being asked. */
export const fileConnector = 'file'

/** Files are offered where the installation can read them. */
export function takesFiles(c: Ctx, connector: string): boolean {
  return connector === fileConnector && c.get('web').importMentions !== undefined
}

const listedBroken = 50

export function outcomeModel(file: string, outcome: FileOutcome): NonNullable<FileUploadModel['result']> {
  const { added, changed, known, errors } = outcome
  const broken = errors.slice(0, listedBroken)
  return { file, added, changed, known, broken, moreBroken: errors.length - broken.length }
}
