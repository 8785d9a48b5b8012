using KafkaActors.Broker.Configuration;

namespace KafkaActors.Broker.Tests.Configuration;

public sealed class HoconOutlineTests
{
    [TestCase("a = 1", "a", 1)]
    [TestCase("\n\na.b : 1", "a.b", 3)]
    [TestCase("a {\n  b {\n    c = 1\n  }\n  d = 2\n}", "a.b.c", 3)]
    [TestCase("a {\n  b {\n    c = 1\n  }\n  d = 2\n}", "a.d", 5)]
    [TestCase("a { b = 1, c = 2 }", "a.c", 1)]
    [TestCase("a = {\nb = 1\n}", "a.b", 2)]
    [TestCase("a {\n \"b\" = 1\n}", "a.b", 2)]
    [TestCase("a {\n# c = 1 {\n// }\nb = 1\n}", "a.b", 4)]
    [TestCase("a = \"x { = y\"\nb = 1", "b", 2)]
    [TestCase("a = \"\"\"\n{\n\"\"\"\nb = 1", "b", 4)]
    [TestCase("a = [\n 1,\n \"http://x:1\"\n]\nb = 1", "b", 5)]
    [TestCase("a = http:{\nb = 1\n}\n", "a", 1)]
    [TestCase("a += 1", "a", 1)]
    [TestCase("{\na = 1\n}", "a", 2)]
    public void A_key_has_its_path_and_line(string text, string path, int line)
    {
        HoconOutline outline = HoconOutline.Of(text);
        Assert.That(outline.Fault, Is.Null);
        Assert.That(outline.Lines.GetValueOrDefault(path), Is.EqualTo(line));
    }

    [TestCase("a {\n b = 1\n", "line 1: the '{' that opens a is not closed; add a '}'")]
    [TestCase("a {\n b {\n c = 1\n}\n", "line 1: the '{' that opens a is not closed; add a '}'")]
    [TestCase("a {\n}\n}\n", "line 3: there is nothing for this '}' to close; take it away")]
    [TestCase("a = [1,\n2\nb = 3", "line 1: the '[' that opens a is not closed; add a ']'")]
    [TestCase("a { b = [1 }", "line 1: a '}' where the '[' that opens a.b in line 1 is not closed; add a ']'")]
    [TestCase("a = \"b\nc = 1", "line 1: a quoted text is not closed; add a \"")]
    [TestCase("a = \"\"\"b\nc = 1", "line 1: a quoted text is not closed; add a \"\"\"")]
    public void What_is_not_closed_is_named_with_its_line(string text, string fault) =>
        Assert.That(HoconOutline.Of(text).Fault, Is.EqualTo(fault));

    [TestCase("")]
    [TestCase("a = \"\\\"{\"")]
    [TestCase("a = \"\\")]
    [TestCase("=\n:\n,")]
    [TestCase("[[{]]")]
    public void Any_text_comes_to_an_end(string text) => Assert.That(() => HoconOutline.Of(text), Throws.Nothing);
}
