// @platformatic/kafka's admin client: platformatic-admin.mjs BOOTSTRAP. Prints the outcome of each step, a line each.
import { Admin, ConfigResourceTypes, IncrementalAlterConfigOperationTypes, Producer } from '@platformatic/kafka'
import { print } from './records.mjs'

const topic = 'platformatic-admin'
const options = {
  clientId: 'platformatic',
  bootstrapBrokers: [process.argv[2]],
  retries: 3,
  retryDelay: 100,
  autocreateTopics: false
}
const admin = new Admin(options)
const resource = { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic }

// The names of the server's errors, wherever the client nests them.
function errorsOf (error) {
  const inner = [...(error.errors ?? []), ...(error.cause ? [error.cause] : [])].flatMap(errorsOf)
  return error.apiId ? [error.apiId, ...inner] : inner
}

async function step (name, action) {
  try {
    print({ step: name, result: (await action()) ?? null })
  } catch (error) {
    print({ step: name, error: errorsOf(error)[0] ?? error.message })
  }
}

async function configOf (name) {
  const [{ configs }] = await admin.describeConfigs({ resources: [{ ...resource, configurationKeys: [name] }] })
  const [{ value, configSource }] = configs
  return { value, configSource }
}

async function send () {
  const producer = new Producer(options)
  const messages = [...Array(10).keys()].map(number => (
    { topic, partition: 1, value: Buffer.from(String(number)), timestamp: BigInt(1000 + 10 * number) }))
  await producer.send({ messages, acks: -1 })
  await producer.close()
}

async function offsetsAt (timestamp) {
  const partitions = [0, 1, 2].map(partitionIndex => ({ partitionIndex, timestamp }))
  const [listed] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
  return listed.partitions.toSorted((one, other) => one.partitionIndex - other.partitionIndex)
    .map(({ offset, timestamp: time }) => [offset, time])
}

const incremental = { ...resource, configs: [
  { name: 'segment.bytes', configOperation: IncrementalAlterConfigOperationTypes.SET, value: '1048576' },
  { name: 'retention.ms', configOperation: IncrementalAlterConfigOperationTypes.DELETE }
] }

await step('create', async () => (await admin.createTopics(
  { topics: [topic], partitions: 2, replicas: 1, configs: [{ name: 'retention.ms', value: '60000' }] }))
  .map(({ name, partitions, replicas }) => ({ name, partitions, replicas })))
await step('create again', () => admin.createTopics({ topics: [topic] }))
await step('list', async () => (await admin.listTopics()).includes(topic))
await step('metadata', async () => (await admin.metadata({ topics: [topic] })).topics.get(topic).partitions
  .map(({ leader, replicas, isr }) => ({ leader, replicas, isr })))
await step('grow', () => admin.createPartitions({ topics: [{ name: topic, count: 3 }] }))
await step('partitions', async () => (await admin.metadata({ topics: [topic], forceUpdate: true })).topics.get(topic)
  .partitionsCount)
await send()
await step('latest', () => offsetsAt(-1n))
await step('by time', () => offsetsAt(1045n))
await step('largest time', () => offsetsAt(-3n))
await step('delete records', async () => (await admin.deleteRecords(
  { topics: [{ name: topic, partitions: [{ partition: 1, offset: 4n }] }] })))
await step('earliest', () => offsetsAt(-2n))
await step('config', () => configOf('retention.ms'))
await step('alter single values', () => admin.incrementalAlterConfigs({ resources: [incremental] }))
await step('config then', () => configOf('retention.ms'))
await step('altered', () => configOf('segment.bytes'))
await step('alter all', () => admin.alterConfigs(
  { resources: [{ ...resource, configs: [{ name: 'retention.ms', value: '120000' }] }] }))
await step('config at last', () => configOf('retention.ms'))
await step('reset', () => configOf('segment.bytes'))
await step('delete', () => admin.deleteTopics({ topics: [topic] }))
await step('delete again', () => admin.deleteTopics({ topics: [topic] }))
await admin.close()
