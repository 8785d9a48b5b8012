namespace KafkaActors.Broker.Serving;

/// <summary>What a request holds in memory from its first bytes until it is answered.</summary>
internal static class RequestCost
{
    /// <summary>
    /// What a byte of a request without records becomes: names and numbers of a few bytes are objects of a hundred.
    /// </summary>
    private const int ObjectBytesPerByte = 8;

    public static long Of(bool hasRecords, int bytes) => hasRecords ? bytes : (long)bytes * ObjectBytesPerByte;
}
