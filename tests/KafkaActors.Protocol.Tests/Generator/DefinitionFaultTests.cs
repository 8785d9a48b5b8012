using Microsoft.CodeAnalysis;

namespace KafkaActors.Protocol.Tests.Generator;

/// <summary>A wrong definition is a compile error that names file, line and what is wrong.</summary>
public sealed class DefinitionFaultTests
{
    private const string Head = "record Test\nversions 0-3\nflexible 2+\nfields\n";

    [TestCase("", 1, "the file ends where 'api <key> <Name>' or 'record <Name>' is expected")]
    [TestCase("apis 1 Test", 1, "a file starts with 'api <key> <Name>' or 'record <Name>'")]
    [TestCase("api 70000 Test", 1, "a file starts with")]
    [TestCase("record test", 1, "a file starts with")]
    [TestCase("record Test\nfields", 2, "expected 'versions N-M', found 'fields'")]
    [TestCase("record Test\nversions 3-1\nfields", 2, "expected 'versions N-M'")]
    [TestCase("record Test\nversions 0+\nfields", 1, "'versions' needs a highest version")]
    [TestCase("record Test\nversions 0\nflexible x\nfields", 3, "expected 'flexible N-M'")]
    [TestCase("record Test\nversions 0\nrequest", 3, "expected 'fields', found 'request'")]
    [TestCase("api 1 Test\nversions 0\nrequest\n    A: int8", 4, "the file ends where 'response' is expected")]
    [TestCase("api 1 Test\nversions 0\nrequest\nresponse\nresponse", 5, "'response' is not expected here")]
    public void A_wrong_head_is_a_fault_at_its_line(string text, int line, string message) =>
        Expect(text, line, message);

    [TestCase("    Name string", "expected 'Name: type (options) = default'")]
    [TestCase("    name: string", "expected 'Name: type (options) = default'")]
    [TestCase("  Name: string", "indentation is 4 spaces a level, not 2")]
    [TestCase("\tName: string", "indentation is by spaces")]
    [TestCase("        Name: string", "indented deeper than a field is here")]
    [TestCase("    Name: text", "'text' is not a type")]
    [TestCase("    Name: Text", "'Text' is neither a type nor a struct with fields below it")]
    [TestCase("    Write: int8", "'Write' is a name of the generated class")]
    [TestCase("    Name: int8 (sometimes)", "'sometimes' is not an option")]
    [TestCase("    Name: int8 (4+)", "'Name' has versions outside 0-3")]
    [TestCase("    Name: int8 (2-4)", "'Name' has versions outside 0-3")]
    [TestCase("    Name: int8 (0-3, tag 1)", "the tagged 'Name' is in versions that are not flexible")]
    [TestCase("    Name: int8?", "a int8 cannot be null")]
    [TestCase("    Name: records? (tag 0)", "records can be neither tagged nor in an array")]
    [TestCase("    Name: []records", "records can be neither tagged nor in an array")]
    [TestCase("    Name: string = null", "'Name' is not nullable")]
    [TestCase("    Name: []string = 3", "the only default that 'Name' can have is null")]
    [TestCase("    Name: int8 = 128", "'128' is not a default for int8")]
    [TestCase("    Name: bool = 1", "'1' is not a default for bool")]
    [TestCase("    Name: string = text", "'text' is not a default for string")]
    [TestCase("    Name: Tag (tag 0) = null\n        A: int8", "a tagged struct is null when absent")]
    public void A_wrong_field_is_a_fault_at_its_line(string field, string message) => Expect(Head + field, 5, message);

    [TestCase("    A: int8\n    A: int8", 6, "'A' is defined twice")]
    [TestCase("    A: int8 (tag 1)\n    B: int8 (tag 1)", 6, "tag 1 is used twice")]
    [TestCase("    A: []S\n        B: int8\n    C: S\n        B: int8", 7, "struct 'S' is defined twice")]
    [TestCase("    A: []S\n        B: []S", 6, "struct 'S' contains itself")]
    [TestCase("    A: S\n        S: int8", 6, "'S' names a struct and a field of the same message")]
    public void Definitions_that_contradict_each_other_are_a_fault(string fields, int line, string message) =>
        Expect(Head + fields, line, message);

    [Test]
    public void A_fault_names_its_file()
    {
        Diagnostic fault = GeneratorRun.Of(("/some/folder/Wrong.message", "record wrong")).Faults.Single();
        Assert.That(fault.Id, Is.EqualTo("KA0001"));
        Assert.That(fault.Severity, Is.EqualTo(DiagnosticSeverity.Error));
        Assert.That(fault.Location.GetLineSpan().Path, Is.EqualTo("/some/folder/Wrong.message"));
        Assert.That(fault.GetMessage(), Does.StartWith("Wrong.message(1): "));
    }

    [TestCase("api 1 A\nversions 0\nrequest\nresponse", "api 1 B\nversions 0\nrequest\nresponse")]
    [TestCase("api 1 A\nversions 0\nrequest\nresponse", "api 2 A\nversions 0\nrequest\nresponse")]
    public void Two_files_for_one_api_are_a_fault(string first, string second)
    {
        Diagnostic fault = GeneratorRun.Of(("First.message", first), ("Second.message", second)).Faults.Single();
        Assert.That(fault.GetMessage(), Does.Contain("already taken by First.message"));
        Assert.That(fault.Location.GetLineSpan().Path, Is.EqualTo("Second.message"));
    }

    private static void Expect(string text, int line, string message)
    {
        Diagnostic fault = GeneratorRun.Of(text).Faults.Single();
        Assert.That(fault.GetMessage(), Does.StartWith($"Test.message({line}): ").And.Contain(message));
        Assert.That(fault.Location.GetLineSpan().StartLinePosition.Line, Is.EqualTo(line - 1));
    }
}
