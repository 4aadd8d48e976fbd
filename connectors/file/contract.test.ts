import { describeConnector } from '../../src/connector/testkit/describe.ts'
import file from './index.ts'

describeConnector({ connector: file, config: () => ({ name: 'Export of Acme' }), account: 'export of acme', items: 0 })
