namespace KafkaActors.Interop.Tests.Exchange;

/// <summary>One of the clients that records are exchanged between.</summary>
internal interface IRecordClient
{
    /// <summary>The codecs that it can write.</summary>
    IReadOnlyList<string> Codecs { get; }

    /// <summary>Ends the test here unless the client is installed.</summary>
    Task RequireAsync();

    /// <summary>Sends records and returns where each is, in the order given.</summary>
    Task<IReadOnlyList<Stored>> ProduceAsync(string topic, IReadOnlyList<ClientRecord> records);

    /// <summary>
    /// Reads every partition without a group, from its beginning to its end at the time of the call, each partition's
    /// records in their order.
    /// </summary>
    Task<IReadOnlyList<ClientRecord>> ConsumeAsync(string topic);
}
