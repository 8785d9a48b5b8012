// Writes admin-platformatic.json: the administrative messages, as platformatic.mjs captures them.
import {
  bool, capture, ids, int16, int32, int64, int8, string, struct, structs, tagged, uuid
} from './platformatic.mjs'

const TOPIC = 'Thema-ü-鍵'
const ID = '01020304-0506-0708-090a-0b0c0d0e0f10'
const NO_ID = '00000000-0000-0000-0000-000000000000'
const OTHER_ID = 'f1e2d3c4-b5a6-9788-796a-5b4c3d2e1f00'
const BIG = 283686952306183 // 0x0001020304050607
const COUNTING = Array.from({ length: 130 }, (_, i) => i * 257)

const altered = () => ({
  ThrottleTimeMs: int32(16909060),
  Responses: structs([
    { ErrorCode: int16(40), ErrorMessage: string('no such key'), ResourceType: int8(2), ResourceName: string(TOPIC) },
    { ErrorCode: int16(0), ErrorMessage: string(null), ResourceType: int8(4), ResourceName: string('') }
  ])
})

const deletedTopic = (version, name, id, error, message) => ({
  Name: string(name),
  ...(version >= 6 && { TopicId: uuid(id) }),
  ErrorCode: int16(error),
  ...(version >= 5 && { ErrorMessage: string(message) })
})

const describedConfig = (version, name, value, source, type, documentation, synonyms) => ({
  Name: string(name),
  Value: string(value),
  ReadOnly: bool(value === null),
  ConfigSource: int8(source),
  IsSensitive: bool(value === null),
  Synonyms: structs(synonyms.map(([name, value, source]) => ({
    Name: string(name), Value: string(value), Source: int8(source)
  }))),
  ...(version >= 3 && { ConfigType: int8(type), Documentation: string(documentation) })
})

const logDir = (version, error, path, topics) => ({
  ErrorCode: int16(error),
  LogDir: string(path),
  Topics: structs(topics),
  ...(version >= 4 && { TotalBytes: int64(BIG), UsableBytes: int64(BIG - 1) })
})

const producer = (id, epoch, sequence, timestamp, coordinatorEpoch, start) => ({
  ProducerId: int64(id),
  ProducerEpoch: int32(epoch),
  LastSequence: int32(sequence),
  LastTimestamp: int64(timestamp),
  CoordinatorEpoch: int32(coordinatorEpoch),
  CurrentTxnStartOffset: int64(start)
})

const changed = [
  {
    ResourceType: 2,
    ResourceName: TOPIC,
    Configs: [{ Name: 'retention.ms', Value: '604800000' }, { Name: 'cleanup.policy', Value: null }]
  },
  { ResourceType: 4, ResourceName: '', Configs: [] }
]

capture(new URL('admin-platformatic.json', import.meta.url), [
  {
    api: 'createTopics', versions: [4, 5, 6, 7], flexible: 5,
    requests: () => [{
      Topics: [
        {
          Name: TOPIC, NumPartitions: 16909060, ReplicationFactor: 1286, Assignments: [],
          Configs: changed[0].Configs
        },
        {
          Name: 'assigned', NumPartitions: -1, ReplicationFactor: -1,
          Assignments: [{ PartitionIndex: 7, BrokerIds: [3, 16909061] }, { PartitionIndex: 8, BrokerIds: [] }],
          Configs: []
        }
      ],
      TimeoutMs: 30001,
      ValidateOnly: true
    }],
    responses: version => {
      const topic = (name, id, error, message, partitions, configs, configError) => ({
        Name: string(name),
        ...(version >= 7 && { TopicId: uuid(id) }),
        ErrorCode: int16(error),
        ErrorMessage: string(message),
        ...(version >= 5 && {
          NumPartitions: int32(partitions), ReplicationFactor: int16(partitions), Configs: structs(configs)
        }),
        ...(version >= 7 && configError && { TopicConfigErrorCode: tagged(0, int16(configError)) })
      })
      const config = (name, value, source) => ({
        Name: string(name), Value: string(value), ReadOnly: bool(value === null), ConfigSource: int8(source),
        IsSensitive: bool(source === 5)
      })
      return [{
        ThrottleTimeMs: int32(16909062),
        Topics: structs([
          topic(TOPIC, ID, 0, null, 258, [config('retention.ms', '1', 1), config('ssl.key', null, 5)]),
          topic('hidden', OTHER_ID, 0, '', 1, null, 29),
          topic('there', ID, 36, 'there is one', -1, [])
        ])
      }]
    }
  },
  {
    api: 'deleteTopics', versions: [4, 5, 6], flexible: 4,
    requests: version => [version < 6
      ? { TopicNames: [TOPIC, 'b'], TimeoutMs: 30002 }
      : { Topics: [{ Name: TOPIC, TopicId: NO_ID }, { Name: null, TopicId: ID }], TimeoutMs: 30002 }],
    args: r => [r.topics ?? r.topicNames.map(name => ({ name })), r.timeoutMs],
    responses: version => [{
      ThrottleTimeMs: int32(16909063),
      Responses: structs([
        deletedTopic(version, TOPIC, ID, 0, null),
        deletedTopic(version, version < 6 ? 'b' : null, OTHER_ID, 100, 'no such id')
      ])
    }]
  },
  {
    api: 'deleteRecords', versions: [0, 1, 2], flexible: 2,
    requests: () => [{
      Topics: [
        { Name: TOPIC, Partitions: [{ PartitionIndex: 16909060, Offset: BIG }, { PartitionIndex: 1, Offset: -1 }] },
        { Name: 'b', Partitions: [] }
      ],
      TimeoutMs: 30003
    }],
    responses: () => [{
      ThrottleTimeMs: int32(16909064),
      Topics: structs([{
        Name: string(TOPIC),
        Partitions: structs([
          { PartitionIndex: int32(16909065), LowWatermark: int64(BIG), ErrorCode: int16(0) },
          { PartitionIndex: int32(1), LowWatermark: int64(-1), ErrorCode: int16(6) }
        ])
      }])
    }]
  },
  {
    api: 'createPartitions', versions: [2, 3], flexible: 2,
    requests: () => [{
      Topics: [
        { Name: TOPIC, Count: 16909066, Assignments: null },
        { Name: 'b', Count: 3, Assignments: [{ BrokerIds: [1, 2] }, { BrokerIds: [] }] }
      ],
      TimeoutMs: 30004,
      ValidateOnly: true
    }],
    responses: () => [{
      ThrottleTimeMs: int32(16909067),
      Results: structs([
        { Name: string(TOPIC), ErrorCode: int16(37), ErrorMessage: string('fewer than now') },
        { Name: string('b'), ErrorCode: int16(0), ErrorMessage: string(null) }
      ])
    }]
  },
  {
    api: 'describeConfigs', versions: [1, 3, 4], flexible: 4,
    requests: version => [{
      Resources: [
        { ResourceType: 2, ResourceName: TOPIC, ConfigurationKeys: null },
        { ResourceType: 4, ResourceName: '9', ConfigurationKeys: ['num.io.threads', ''] },
        { ResourceType: 8, ResourceName: '9', ConfigurationKeys: [] }
      ],
      IncludeSynonyms: true,
      ...(version >= 3 && { IncludeDocumentation: true })
    }],
    responses: version => [{
      ThrottleTimeMs: int32(16909068),
      Results: structs([
        {
          ErrorCode: int16(0), ErrorMessage: string(null), ResourceType: int8(2), ResourceName: string(TOPIC),
          Configs: structs([
            describedConfig(version, 'retention.ms', '1', 1, 5, 'How long. '.repeat(20),
              [['retention.ms', '1', 1], ['log.retention.ms', null, 5]]),
            describedConfig(version, 'ssl.key', null, 4, 9, null, [])
          ])
        },
        {
          ErrorCode: int16(42), ErrorMessage: string('unknown type'), ResourceType: int8(99), ResourceName: string(''),
          Configs: structs([])
        }
      ])
    }]
  },
  {
    api: 'alterConfigs', versions: [2], flexible: 2,
    requests: () => [{ Resources: changed, ValidateOnly: true }],
    responses: () => [altered()]
  },
  {
    api: 'incrementalAlterConfigs', versions: [0, 1], flexible: 1,
    requests: () => [{
      Resources: [{
        ResourceType: 2,
        ResourceName: TOPIC,
        Configs: [
          { Name: 'retention.ms', ConfigOperation: 0, Value: '1' },
          { Name: 'cleanup.policy', ConfigOperation: 1, Value: null },
          { Name: 'a.list', ConfigOperation: 3, Value: '' }
        ]
      }],
      ValidateOnly: true
    }],
    responses: () => [altered()]
  },
  {
    api: 'describeLogDirs', versions: [1, 2, 3, 4], flexible: 2,
    requests: () => [
      { Topics: [{ Topic: TOPIC, Partitions: COUNTING }, { Topic: 'b', Partitions: [] }] },
      { Topics: null }
    ],
    args: r => [r.topics && r.topics.map(t => ({ name: t.topic, partitions: t.partitions }))],
    responses: version => [{
      ThrottleTimeMs: int32(16909069),
      ...(version >= 3 && { ErrorCode: int16(31) }),
      Results: structs([
        logDir(version, 0, '/' + 'data/'.repeat(30), [{
          Name: string(TOPIC),
          Partitions: structs([
            { PartitionIndex: int32(3), PartitionSize: int64(BIG), OffsetLag: int64(BIG - 2), IsFutureKey: bool(true) },
            { PartitionIndex: int32(4), PartitionSize: int64(0), OffsetLag: int64(-1), IsFutureKey: bool(false) }
          ])
        }]),
        logDir(version, 56, '/broken', [])
      ])
    }]
  },
  {
    api: 'describeProducers', versions: [0], flexible: 0,
    requests: () => [{
      Topics: [{ Name: TOPIC, PartitionIndexes: [0, 16909060] }, { Name: 'b', PartitionIndexes: [] }]
    }],
    responses: () => [{
      ThrottleTimeMs: int32(16909070),
      Topics: structs([{
        Name: string(TOPIC),
        Partitions: structs([
          {
            PartitionIndex: int32(16909071), ErrorCode: int16(0), ErrorMessage: string(null),
            ActiveProducers: structs([
              producer(BIG, 32767, 16909072, BIG + 1, 16909073, BIG + 2), producer(1, 2, -1, -1, -3, -1)
            ])
          },
          {
            PartitionIndex: int32(1), ErrorCode: int16(6), ErrorMessage: string('not the leader'),
            ActiveProducers: structs([])
          }
        ])
      }])
    }]
  },
  {
    api: 'describeCluster', versions: [0, 1], flexible: 0,
    requests: version => [{ IncludeClusterAuthorizedOperations: true, ...(version >= 1 && { EndpointType: 2 }) }],
    responses: version => [{
      ThrottleTimeMs: int32(16909074),
      ErrorCode: int16(114),
      ErrorMessage: string('not here'),
      ...(version >= 1 && { EndpointType: int8(2) }),
      ClusterId: string('cluster-ü'),
      ControllerId: int32(16909075),
      Brokers: structs([
        { BrokerId: int32(1), Host: string('one.example'), Port: int32(9092), Rack: string('a') },
        { BrokerId: int32(16909076), Host: string('::1'), Port: int32(65535), Rack: string(null) }
      ]),
      ClusterAuthorizedOperations: int32(-2147483648)
    }]
  },
  {
    api: 'describeTopicPartitions', versions: [0], flexible: 0,
    requests: () => [
      {
        Topics: [{ Name: TOPIC }, { Name: 'b' }], ResponsePartitionLimit: 16909077,
        Cursor: { TopicName: TOPIC, PartitionIndex: 16909078 }
      },
      { Topics: [], ResponsePartitionLimit: 2000, Cursor: null }
    ],
    responses: () => {
      const partition = (error, index, leader, epoch, eligible, lastKnown) => ({
        ErrorCode: int16(error),
        PartitionIndex: int32(index),
        LeaderId: int32(leader),
        LeaderEpoch: int32(epoch),
        ReplicaNodes: ids([1, 2, 16909079]),
        IsrNodes: ids([1]),
        EligibleLeaderReplicas: ids(eligible),
        LastKnownElr: ids(lastKnown),
        OfflineReplicas: ids([2, 3])
      })
      const topics = [
        {
          ErrorCode: int16(0), Name: string(TOPIC), TopicId: uuid(ID), IsInternal: bool(true),
          Partitions: structs([
            partition(0, 0, 16909080, 16909081, [2], [3, 4]), partition(5, 1, -1, -1, null, null)
          ]),
          TopicAuthorizedOperations: int32(16909082)
        },
        {
          ErrorCode: int16(3), Name: string(null), TopicId: uuid(OTHER_ID), IsInternal: bool(false),
          Partitions: structs([]), TopicAuthorizedOperations: int32(-2147483648)
        }
      ]
      const cursor = { TopicName: string('b'), PartitionIndex: int32(16909084) }
      return [cursor, null].map(next => ({
        ThrottleTimeMs: int32(16909083), Topics: structs(topics), NextCursor: struct(next)
      }))
    }
  },
  {
    api: 'listPartitionReassignments', versions: [0], flexible: 0,
    requests: () => [
      { TimeoutMs: 30005, Topics: [{ Name: TOPIC, PartitionIndexes: [1, 16909085] }] },
      { TimeoutMs: 30006, Topics: null }
    ],
    responses: () => [{
      ThrottleTimeMs: int32(16909086),
      ErrorCode: int16(41),
      ErrorMessage: string('ask the controller'),
      Topics: structs([{
        Name: string(TOPIC),
        Partitions: structs([{
          PartitionIndex: int32(16909087), Replicas: ids([1, 2, 3, 4]),
          AddingReplicas: ids([4]), RemovingReplicas: ids([])
        }])
      }])
    }]
  },
  {
    api: 'alterPartitionReassignments', versions: [0], flexible: 0,
    requests: () => [{
      TimeoutMs: 30007,
      Topics: [{
        Name: TOPIC,
        Partitions: [
          { PartitionIndex: 16909088, Replicas: [5, 6] }, { PartitionIndex: 1, Replicas: null },
          { PartitionIndex: 2, Replicas: [] }
        ]
      }]
    }],
    args: r => [r.timeoutMs, undefined, r.topics],
    responses: () => [{
      ThrottleTimeMs: int32(16909089),
      ErrorCode: int16(0),
      ErrorMessage: string(null),
      Responses: structs([{
        Name: string(TOPIC),
        Partitions: structs([
          { PartitionIndex: int32(16909090), ErrorCode: int16(39), ErrorMessage: string('no such broker') },
          { PartitionIndex: int32(1), ErrorCode: int16(0), ErrorMessage: string(null) }
        ])
      }])
    }]
  }
])
