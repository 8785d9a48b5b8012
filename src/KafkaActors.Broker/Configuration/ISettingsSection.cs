namespace KafkaActors.Broker.Configuration;

/// <summary>
/// A record of settings: each property either carries a <see cref="HoconKeyAttribute"/>, or is a section itself, or is
/// computed from others. Built once by <see cref="SettingsReader"/>; no actor reads HOCON.
/// </summary>
internal interface ISettingsSection;
