using KafkaActors.Protocol.Messages;

namespace KafkaActors.Protocol.Wire;

/// <summary>
/// What is known of one API. <see cref="Versions"/> can be decoded, <see cref="Advertised"/> is what clients are told;
/// from <see cref="FlexibleFrom"/> on, lengths are compact and structs end with tagged fields (KIP-482).
/// </summary>
public sealed record ApiDescription(
    ApiKey Key,
    ApiVersionRange Versions,
    ApiVersionRange Advertised,
    short FlexibleFrom,
    RequestReader ReadRequest,
    ResponseReader ReadResponse)
{
    /// <summary>The <see cref="FlexibleFrom"/> of an API without flexible versions.</summary>
    public const short NeverFlexible = short.MaxValue;

    public string Name => Key.ToString();

    public bool IsFlexible(short version) => version >= FlexibleFrom;
}
