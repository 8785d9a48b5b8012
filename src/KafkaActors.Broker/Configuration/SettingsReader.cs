using System.Globalization;
using System.Reflection;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Configuration;

/// <summary>
/// Builds settings records from the flattened keys: every property with a <see cref="HoconKeyAttribute"/> is set from
/// its key, whose last word gives the unit. Anything that is missing, cannot be read or is out of bounds is an
/// <see cref="InvalidSettingException"/> that names the full path, the value and what was expected.
/// </summary>
internal sealed class SettingsReader(SettingsTree tree)
{
    private static readonly NullabilityInfoContext Nullability = new();

    public T Read<T>()
        where T : ISettingsSection => (T)Read(typeof(T));

    /// <summary>
    /// The keys that <paramref name="section"/> and its sections are filled from, with their properties.
    /// </summary>
    public static IEnumerable<(string Path, PropertyInfo Property)> Keys(Type section) =>
        section.GetProperties().SelectMany(property =>
            property.GetCustomAttribute<HoconKeyAttribute>() is { } key ? [(key.Path, property)]
            : property.PropertyType.IsAssignableTo(typeof(ISettingsSection)) ? Keys(property.PropertyType)
            : []);

    private object Read(Type section)
    {
        object settings = Activator.CreateInstance(section)!;
        foreach (PropertyInfo property in section.GetProperties())
        {
            if (property.GetCustomAttribute<HoconKeyAttribute>() is { } key)
                property.SetValue(settings, Value(property, key));
            else if (property.PropertyType.IsAssignableTo(typeof(ISettingsSection)))
                property.SetValue(settings, Read(property.PropertyType));
        }

        return settings;
    }

    private object? Value(PropertyInfo property, HoconKeyAttribute key)
    {
        if (property.PropertyType == typeof(IReadOnlyList<string>)) return List(key);
        string text = tree.Text(key.Path);
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (text.Length > 0) return Value(type, key, text);
        if (IsNullable(property)) return null;
        throw Fault(key, text, "is missing", Expected(type, key));
    }

    private static object Value(Type type, HoconKeyAttribute key, string text)
    {
        if (type == typeof(string)) return Word(key, text);
        if (type == typeof(bool))
            return SettingText.Switch(text) ?? throw Fault(key, text, "cannot be read", Expected(type, key));
        if (type == typeof(double)) return Ratio(key, text);
        long number = Number(type, key, text);
        if (type == typeof(int)) return checked((int)number);
        if (type == typeof(NodeId)) return new NodeId(checked((int)number));
        return type == typeof(TimeSpan) ? Duration(key, number) : number;
    }

    private static double Ratio(HoconKeyAttribute key, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double ratio)
        && double.IsFinite(ratio) && ratio >= key.Minimum && (ratio <= key.Maximum || key.Maximum == long.MaxValue)
            ? ratio
            : throw Fault(key, text, "cannot be read", key.Maximum == long.MaxValue
                ? $"a number of at least {key.Minimum}"
                : $"a number from {key.Minimum} to {key.Maximum}");

    private static long Number(Type type, HoconKeyAttribute key, string text)
    {
        long? read = type == typeof(TimeSpan) ? SettingText.Duration(text, UnitMs(key.Path))
            : IsSize(key.Path) ? SettingText.Size(text) : SettingText.Number(text);
        long number = read ?? throw Fault(key, text, "cannot be read", Expected(type, key));
        (long minimum, long maximum) = Bounds(type, key);
        if (number < minimum || number > maximum) throw Fault(key, text, "is out of bounds", Expected(type, key));
        return number;
    }

    /// <summary>The bounds in bytes, milliseconds or a count; integers keep to their type's range as well.</summary>
    private static (long Minimum, long Maximum) Bounds(Type type, HoconKeyAttribute key)
    {
        bool isInt = type == typeof(int) || type == typeof(NodeId);
        return (Math.Max(key.Minimum, isInt ? int.MinValue : long.MinValue),
            Math.Min(key.Maximum, isInt ? int.MaxValue : long.MaxValue));
    }

    private static TimeSpan Duration(HoconKeyAttribute key, long ms) =>
        ms == -1 && key.Minimum == -1 ? Timeout.InfiniteTimeSpan
        : ms > TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond ? TimeSpan.MaxValue
        : TimeSpan.FromMilliseconds(ms);

    private IReadOnlyList<string> List(HoconKeyAttribute key) =>
        [.. tree.List(key.Path).Select(item => Word(key, item))];

    private static string Word(HoconKeyAttribute key, string text) =>
        key.Words is null || key.Words.Split('|').Contains(text, StringComparer.Ordinal)
            ? text
            : throw Fault(key, text, "cannot be read", Expected(typeof(string), key));

    private static bool IsNullable(PropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null
        || Nullability.Create(property).ReadState == NullabilityState.Nullable;

    private static bool IsSize(string path) =>
        path.EndsWith(".bytes", StringComparison.Ordinal) || path.EndsWith(".size", StringComparison.Ordinal);

    /// <summary>How many milliseconds the unit of a duration's key has.</summary>
    public static long UnitMs(string path) => path[(path.LastIndexOf('.') + 1)..] switch
    {
        "hours" => 3_600_000,
        "minutes" => 60_000,
        _ => 1,
    };

    private static string Expected(Type type, HoconKeyAttribute key)
    {
        if (key.Words is { } words) return $"one of {words.Replace("|", ", ", StringComparison.Ordinal)}";
        if (type == typeof(string)) return "a text";
        if (type == typeof(bool)) return "true or false";
        (long minimum, long maximum) = Bounds(type, key);
        string bounds = (minimum > int.MinValue, maximum < long.MaxValue) switch
        {
            (true, true) => $" from {minimum} to {maximum}",
            (true, false) => $" of at least {minimum}",
            (false, true) => $" of at most {maximum}",
            _ => "",
        };
        return type == typeof(TimeSpan) ? $"a duration{bounds}, such as 500 ms, 10 s, 7 d or a plain number"
            : IsSize(key.Path) ? $"a size in bytes{bounds}, such as 1048576, 64 KiB or 1 GiB"
            : $"a whole number{bounds}";
    }

    private static InvalidSettingException Fault(HoconKeyAttribute key, string text, string fault, string expected) =>
        InvalidSettingException.Value($"{SettingsTree.Root}.{key.Path}", text, fault, expected);
}
