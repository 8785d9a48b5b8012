using System.Text;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Producing;

namespace KafkaActors.Cli.Tests.Producing;

internal sealed class LineParserTests
{
    [Test]
    public void A_line_is_a_value_without_any_property()
    {
        LineRecord record = Parse("a\tb:c");

        Assert.That(record.Key, Is.Null);
        Assert.That(Text(record.Value), Is.EqualTo("a\tb:c"));
        Assert.That(record.Headers, Is.Empty);
    }

    [Test]
    public void The_key_ends_at_the_first_separator()
    {
        LineRecord record = Parse("k::v::w", "parse.key=true", "key.separator=::");

        Assert.That(Text(record.Key), Is.EqualTo("k"));
        Assert.That(Text(record.Value), Is.EqualTo("v::w"));
    }

    [Test]
    public void Headers_stand_before_the_key()
    {
        LineRecord record = Parse("h1:v1,h2:\tk\tv", "parse.key=true", "parse.headers=true");

        string[] headers = [.. record.Headers.Select(header => $"{header.Key}={Text(header.Value)}")];
        Assert.That(headers, Is.EqualTo(new[] { "h1=v1", "h2=" }));
        Assert.That(Text(record.Key), Is.EqualTo("k"));
        Assert.That(Text(record.Value), Is.EqualTo("v"));
    }

    [Test]
    public void The_null_marker_stands_for_null_wherever_it_stands()
    {
        LineRecord record = Parse(
            "h:NULL\tNULL\tNULL", "parse.key=true", "parse.headers=true", "null.marker=NULL");

        Assert.That(record.Key, Is.Null);
        Assert.That(record.Value, Is.Null);
        Assert.That(record.Headers[0].Value, Is.Null);
    }

    [Test]
    public void A_missing_separator_is_an_error_that_names_the_line()
    {
        var parser = new LineParser(Format("parse.key=true"));
        parser.Parse("k\tv"u8.ToArray());

        Assert.That(
            () => parser.Parse("v"u8.ToArray()), Throws.TypeOf<ToolException>().With.Message.Contains("line 2"));
    }

    [Test]
    public void A_missing_separator_can_be_ignored()
    {
        LineRecord record = Parse("v", "parse.key=true", "parse.headers=true", "ignore.error=true");

        Assert.That(record.Key, Is.Null);
        Assert.That(Text(record.Value), Is.EqualTo("v"));
    }

    [TestCase("parse.keys=true", "parse.keys")]
    [TestCase("parse.key=maybe", "maybe")]
    [TestCase("key.separator=", "key.separator")]
    public void A_wrong_property_is_named(string property, string named)
    {
        Assert.That(() => Format(property), Throws.TypeOf<ToolException>().With.Message.Contains(named));
    }

    private static LineRecord Parse(string line, params string[] properties) =>
        new LineParser(Format(properties)).Parse(Encoding.UTF8.GetBytes(line));

    private static LineFormat Format(params string[] properties) =>
        LineFormat.From(properties.ToDictionary(text => text.Split('=')[0], text => text.Split('=', 2)[1]));

    private static string? Text(ReadOnlyMemory<byte>? bytes) => bytes is { } b ? Encoding.UTF8.GetString(b.Span) : null;
}
