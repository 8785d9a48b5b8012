using KafkaActors.Broker.Configuration;

namespace KafkaActors.Broker.Tests.Configuration;

public sealed class JavaPropertiesTests
{
    [TestCase("a=b", "a", "b")]
    [TestCase("  a = b  ", "a", "b")]
    [TestCase("a:b", "a", "b")]
    [TestCase("a b", "a", "b")]
    [TestCase("a=", "a", "")]
    [TestCase("a", "a", "")]
    [TestCase("a=b=c", "a", "b=c")]
    [TestCase("a=b\\\n   c", "a", "bc")]
    [TestCase("a\\:b=c\\\\d", "a:b", "c\\d")]
    [TestCase("a=1\r\na=2\r\n", "a", "2")]
    [TestCase("# a=1\n! a=2\n\na=3", "a", "3")]
    [TestCase("a=b\\", "a", "b")]
    public void A_line_is_read_as_Java_reads_it(string text, string key, string value)
    {
        IReadOnlyDictionary<string, string> read = JavaProperties.Parse(text);
        Assert.That(read.Single(), Is.EqualTo(new KeyValuePair<string, string>(key, value)));
    }
}
