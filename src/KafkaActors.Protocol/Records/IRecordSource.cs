namespace KafkaActors.Protocol.Records;

/// <summary>The records of one batch, one after the other.</summary>
internal interface IRecordSource
{
    /// <summary>
    /// The next record's deltas and lengths; where its fields stand means something only while all of the batch is in
    /// memory. False: no record stands there.
    /// </summary>
    bool TryRead(out RecordFields fields);

    /// <summary>How many bytes follow the record read last, or more than none; 0 at the end.</summary>
    int CountLeft();
}
