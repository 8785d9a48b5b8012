namespace KafkaActors.Protocol.Wire;

/// <summary>A range of versions of a message, both ends inclusive.</summary>
public readonly record struct ApiVersionRange(short Min, short Max)
{
    public bool Contains(short version) => version >= Min && version <= Max;

    /// <exception cref="ArgumentOutOfRangeException">The version is outside of the range.</exception>
    public void Require(short version)
    {
        if (!Contains(version))
            throw new ArgumentOutOfRangeException(nameof(version), version, $"only versions {this} are defined");
    }

    public override string ToString() => $"{Min}-{Max}";
}
