namespace KafkaActors.Client.Producing;

/// <summary>What an answer means for its batch.</summary>
internal enum PipelineVerdict
{
    /// <summary>It is stored.</summary>
    Complete,

    /// <summary>It is given up.</summary>
    Fail,

    /// <summary>It goes again, unchanged.</summary>
    Retry,

    /// <summary>It goes again under a new producer epoch, and all after it.</summary>
    Rewrite,
}
