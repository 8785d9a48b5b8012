namespace KafkaActors.Cli.Dump;

/// <summary>What a dump prints and checks.</summary>
internal sealed record DumpSettings(
    bool PrintRecords,
    bool PrintPayload,
    bool SkipRecordMetadata,
    bool VerifyIndexOnly,
    bool IndexSanityCheck,
    long MaxBytes);
