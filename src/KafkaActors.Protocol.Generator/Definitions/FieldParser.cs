using System.Globalization;
using System.Text.RegularExpressions;
using KafkaActors.Protocol.Generator.Model;

namespace KafkaActors.Protocol.Generator.Definitions;

/// <summary>Reads one field's line, <c>Name: type (options) = default</c>.</summary>
internal sealed class FieldParser
{
    private static readonly Regex Line = new(
        @"^(?<name>\w+): *(?<array>\[\])?(?<type>\w+)(?<null>\?)?( *\((?<options>[^)]*)\))?( *= *(?<default>.+))?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    private readonly DefinitionLine _line;
    private readonly SchemaHeader _header;
    private readonly bool _isArray;
    private readonly string? _default;
    private VersionRange? _versions;
    private VersionRange _nullIn = VersionRange.Empty;
    private int? _tag;

    public FieldParser(DefinitionLine line, SchemaHeader header)
    {
        (_line, _header) = (line, header);
        Match match = Line.Match(line.Text);
        if (!match.Success || !IsName(match.Groups["name"].Value))
            throw Fault($"expected 'Name: type (options) = default', found '{line.Text}'");
        Name = match.Groups["name"].Value;
        TypeName = match.Groups["type"].Value;
        _isArray = match.Groups["array"].Success;
        _default = match.Groups["default"].Success ? match.Groups["default"].Value : null;
        if (match.Groups["null"].Success) _nullIn = header.Versions;
        if (match.Groups["options"].Success)
            foreach (string option in match.Groups["options"].Value.Split(',')) ReadOption(option.Trim());
    }

    public string Name { get; }

    public string TypeName { get; }

    public static bool IsName(string text) => text.Length > 0 && text[0] is >= 'A' and <= 'Z';

    public FieldDefinition Field(ScalarType scalar)
    {
        if (!_nullIn.IsEmpty && !scalar.HasLength && !_isArray) throw Fault($"a {scalar.Name} cannot be null");
        if (scalar.IsRecords && (_isArray || _tag is not null))
            throw Fault("records can be neither tagged nor in an array");
        return Complete(new FieldDefinition(Name, _line.Number, _line.Comment) { Scalar = scalar });
    }

    public FieldDefinition Field(StructDefinition type)
    {
        if (_tag is not null && !_isArray && _default is not null)
            throw Fault("a tagged struct is null when absent: it takes no default");
        return Complete(new FieldDefinition(Name, _line.Number, _line.Comment) { Struct = type });
    }

    private FieldDefinition Complete(FieldDefinition field)
    {
        VersionRange allowed = _tag is null ? _header.Versions : _header.FlexibleVersions;
        VersionRange given = _versions ?? allowed;
        VersionRange versions = given.High == VersionRange.Open ? given.Intersect(allowed) : given;
        if (versions.IsEmpty || !_header.Versions.Contains(versions))
            throw Fault($"'{Name}' has versions outside {_header.Versions}");
        if (!allowed.Contains(versions)) throw Fault($"the tagged '{Name}' is in versions that are not flexible");
        return field with
        {
            IsArray = _isArray,
            Versions = versions,
            NullIn = versions.Intersect(_nullIn),
            Tag = _tag,
            Default = _default is null ? null : ParseDefault(_default, field.Scalar),
        };
    }

    private string ParseDefault(string text, ScalarType? scalar)
    {
        if (text == "null") return _nullIn.IsEmpty ? throw Fault($"'{Name}' is not nullable") : text;
        if (_isArray || scalar is null) throw Fault($"the only default that '{Name}' can have is null");
        return DefaultParser.Parse(text, scalar) ?? throw Fault($"'{text}' is not a default for {scalar.Name}");
    }

    private void ReadOption(string option)
    {
        if (option.StartsWith("tag ", StringComparison.Ordinal)
            && int.TryParse(option.Substring(4), NumberStyles.None, CultureInfo.InvariantCulture, out int tag))
            _tag = tag;
        else if (option.StartsWith("null ", StringComparison.Ordinal)
            && VersionRange.TryParse(option.Substring(5), out VersionRange nullIn))
            _nullIn = nullIn;
        else if (VersionRange.TryParse(option, out VersionRange versions))
            _versions = versions;
        else
            throw Fault($"'{option}' is not an option: expected a version range, 'tag N' or 'null N+'");
    }

    private DefinitionException Fault(string message) => new(_line.Number, message);
}
