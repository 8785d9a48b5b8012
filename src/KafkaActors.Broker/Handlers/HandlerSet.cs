using KafkaActors.Broker.Handlers.Administration;

namespace KafkaActors.Broker.Handlers;

/// <summary>Every API that a node serves; one line each.</summary>
internal static class HandlerSet
{
    public static ApiHandlers Create(NodeServices services, FetchLimits fetchLimits)
    {
        ApiHandlers? all = null;
        all = new ApiHandlers(
        [
            new ApiVersionsHandler(services, () => all!.Served),
            new MetadataHandler(services),
            new ProduceHandler(services),
            new FetchHandler(services, fetchLimits),
            new ListOffsetsHandler(services),
            new OffsetForLeaderEpochHandler(services),
            new InitProducerIdHandler(services),
            new CreateTopicsHandler(services),
            new DeleteTopicsHandler(services),
            new CreatePartitionsHandler(services),
            new DeleteRecordsHandler(services),
            new DescribeConfigsHandler(services),
            new AlterConfigsHandler(services),
            new IncrementalAlterConfigsHandler(services),
            new DescribeClusterHandler(services),
            new DescribeTopicPartitionsHandler(services),
            new DescribeProducersHandler(services),
            new DescribeLogDirsHandler(services),
        ]);
        return all;
    }
}
