import type { ProviderSetting } from '../domain/provider.ts'
import type { Egress } from '../egress/egress.ts'
import { ollamaProvider, openaiProvider } from './http.ts'
import { onnxProvider } from './onnx.ts'
import type { Provider } from './provider.ts'

/** Opens the provider that a setting names. Throws ProviderError. */
export async function openProvider(
  setting: ProviderSetting,
  fetch: Egress['fetch'],
  apiKey: string | undefined,
): Promise<Provider> {
  if (setting.kind === 'onnx') return onnxProvider(setting.folder)
  const { baseUrl, model } = setting
  const options = { fetch, baseUrl, model, timeoutMs: setting.timeoutSeconds * 1000, ...(apiKey ? { apiKey } : {}) }
  return setting.kind === 'openai' ? openaiProvider(options) : ollamaProvider(options)
}
