namespace KafkaActors.Storage;

/// <summary>What becomes of a partition's directory that is no longer wanted under its name.</summary>
public enum Withdrawal : byte
{
    /// <summary>Removed with all it holds, once nobody reads it.</summary>
    Delete = 0,

    /// <summary>Kept under another name: see <see cref="StrayDirectories"/>.</summary>
    SetAside = 1,
}
