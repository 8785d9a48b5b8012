using KafkaActors.Broker.Configuration;

namespace KafkaActors.Broker.Tests.Configuration;

public sealed class SettingTextTests
{
    [TestCase("0", 0L)]
    [TestCase("-1", -1L)]
    [TestCase("64k", 65_536L)]
    [TestCase("64 KiB", 65_536L)]
    [TestCase("1kB", 1_000L)]
    [TestCase("1 GiB", 1L << 30)]
    [TestCase("2G", 2L << 30)]
    [TestCase("9223372036854775807", long.MaxValue)]
    [TestCase("9223372036854775807 k", null)]
    [TestCase("1 parsec", null)]
    [TestCase("1.5 k", null)]
    [TestCase("k", null)]
    [TestCase("", null)]
    [TestCase("-", null)]
    public void A_size_is_a_number_with_an_optional_unit(string text, long? bytes) =>
        Assert.That(SettingText.Size(text), Is.EqualTo(bytes));

    [TestCase("5", 5_000L)]
    [TestCase("5 ms", 5L)]
    [TestCase("5s", 5_000L)]
    [TestCase("5 m", 300_000L)]
    [TestCase("1 hour", 3_600_000L)]
    [TestCase("7 days", 604_800_000L)]
    [TestCase("-1", -1L)]
    [TestCase("-2", null)]
    [TestCase("-1 s", null)]
    [TestCase("soon", null)]
    public void A_duration_without_a_unit_is_in_its_keys_unit(string text, long? ms) =>
        Assert.That(SettingText.Duration(text, 1_000), Is.EqualTo(ms));
}
