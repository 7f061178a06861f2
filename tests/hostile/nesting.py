"""Things inside things inside things, and many of them."""

from tests.hostile.making import CHECK, added, framework, one_more, refused, small


def derived(text: str):
    return added(one_more(f"formula = '{text}'").replace("max_age = 5\n", ""))


refused("formula nested 5,000 deep", "nested more than 100 deep")(derived("(" * 4990 + "a"))
refused("formula nested 10,000 deep", "characters; at most 10000")(
    derived("(" * 10_000 + "a" + ")" * 10_000)
)
refused("formula of 9,000 signs", "nested more than 100 deep")(derived("-" * 9_000 + "a"))
refused("formula of 3,000 functions", "nested more than 100 deep")(derived("exp(" * 2_000 + "a"))
refused("formula of powers of powers", "nested more than 100 deep")(derived("9^" * 4_000 + "9"))
refused("formula of 900,000 letters", "characters; at most 10000")(derived("a+" * 450_000 + "a"))
refused("formula that is a program", "'.' has no meaning here")(
    derived('__import__("os").system("id")'.replace('"', ""))
)
refused("formula that is too large a number", "too large")(derived("a * 1e999"))
refused("chain of 2,000 formulas", "rests on a chain of")(
    lambda place: added(
        "".join(
            one_more(f'formula = "{"a" if n == 0 else f"c{n - 1}"} + 1"', f"c{n}").replace(
                "max_age = 5\n", ""
            )
            for n in range(2_000)
        )
    )(place)
)
refused("circle of 2,000 formulas", "formulas or denominators form a circle")(
    lambda place: added(
        "".join(
            one_more(f'formula = "c{(n + 1) % 2000} + 1"', f"c{n}").replace("max_age = 5\n", "")
            for n in range(2_000)
        )
    )(place)
)
refused("framework of 100,000 indicators", "at most 300,000")(
    lambda place: (
        framework(
            small(place),
            indicators="".join(f'i{n} = {{ parent = "index" }}\n' for n in range(100_000)),
        )
        or CHECK
    )
)
refused("framework of 20,000 indicators", "indicators: 20,000 members; at most 5,000")(
    lambda place: (
        framework(
            small(place),
            indicators="".join(f'i{n} = {{ parent = "index" }}\n' for n in range(20_000)),
        )
        or CHECK
    )
)
refused("5,000 unknown indicators", "more than 200 problems")(
    lambda place: (
        framework(
            small(place),
            indicators="".join(f'i{n} = {{ parent = "index" }}\n' for n in range(5_000)),
        )
        or CHECK
    )
)
refused("4,000 unknown parents", "more than 200 problems")(
    lambda place: (
        framework(
            small(place),
            indicators='a = { parent = "index" }\nb = { parent = "index" }',
            nodes="".join(f'[nodes.n{n}]\ntitle = "N"\nparent = "x{n}"\n' for n in range(4_000)),
        )
        or CHECK
    )
)
refused("4,000 indicators of unknown sources", "more than 200 problems")(
    lambda place: added(
        "".join(one_more("", f"c{n}").replace("survey", f"x{n}") for n in range(4_000))
    )(place)
)
refused("20,000 unknown keys", "members; at most 5,000")(
    lambda place: added("".join(f"k{n} = 1\n" for n in range(20_000)))(place)
)
refused("tree of 4,000 levels", "levels under the index; at most 20")(
    lambda place: (
        framework(
            small(place),
            indicators='a = { parent = "n3999" }\nb = { parent = "index" }',
            nodes="".join(
                f'[nodes.n{n}]\ntitle = "N"\nparent = "{"index" if n == 0 else f"n{n - 1}"}"\n'
                for n in range(4_000)
            ),
        )
        or CHECK
    )
)
refused("circle of 4,000 nodes", "a cycle")(
    lambda place: (
        framework(
            small(place),
            indicators='a = { parent = "n1" }\nb = { parent = "index" }',
            nodes="".join(
                f'[nodes.n{n}]\ntitle = "N"\nparent = "n{(n + 1) % 4000}"\n' for n in range(4_000)
            ),
        )
        or CHECK
    )
)
refused("framework that changes itself in a circle", "a circle")(
    lambda place: (
        (small(place) / "frameworks" / "x.toml").write_text('changes = "y"\n')
        and (place / "content" / "frameworks" / "y.toml").write_text('changes = "x"\n')
        and CHECK
    )
)
refused("chain of 2,000 frameworks", "a chain of more than 20 frameworks")(
    lambda place: (
        [
            small(place),
            *(
                (place / "content" / "frameworks" / f"f{n}.toml").write_text(
                    f'changes = "f{n + 1}"\n'
                )
                for n in range(2_000)
            ),
        ]
        and ["build", "f0", "--content", "content"]
    )
)
refused("lists nested 100,000 deep", "nested")(added(f"[x]\ny = {'[' * 100_000}\n"))
refused("lists nested 200 deep", "nested more than 32 deep")(
    added(f"[x]\ny = {'[' * 200}{']' * 200}\n")
)
refused("tables nested 10,000 deep", "nested")(added("[x]\ny = " + "{ a = " * 10_000 + "\n"))
refused("key of 100,000 parts", "a key of more than 32 parts")(
    added("[" + ".".join("a" * 100_000) + "]\n")
)
refused("key of 400,000 parts inside a table", "a key of more than 32 parts")(
    added("[x]\ny = { " + ".".join("a" * 400_000) + " = 1 }\n")
)
refused("key of 900,000 letters", "a key of 900,000 letters; at most 200")(
    added(f"{'k' * 900_000} = 1\n[x]\n".replace("\n[x]", ""))
)
refused("700,000 empty lists", "keys and values; at most 300,000")(
    added("[x]\ny = [" + "[],\n" * 700_000 + "]\n")
)
refused("the same key twice", "not valid TOML")(added("[x]\ny = 1\ny = 2\n"))
