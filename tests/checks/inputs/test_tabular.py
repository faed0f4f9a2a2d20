"""Files as tables: what is read, and what is refused by line, byte or column."""

import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.checks.inputs.tabular import Format, format_of, read_table, to_parquet
from gonogo.core.errors import Invalid


def read(content: bytes, *, delimiter: str = ",", columns: int | None = None) -> pd.DataFrame:
    source = io.BytesIO(content)
    return read_table(source, format_of(source), delimiter=delimiter, columns=columns)


def wide(number: int) -> bytes:
    names = ",".join(f"c{column}" for column in range(number))
    return f"{names}\n{','.join('1' * number)}\n".encode()


class TestReadTable:
    def test_numbers_text_and_missing_values(self) -> None:
        found = read(b"a,b,c\n1,2.5,x\n2,,\n3,NA,y\n")
        assert found["a"].tolist() == [1, 2, 3]
        assert found["b"].isna().tolist() == [False, True, True]
        assert found["c"].isna().tolist() == [False, True, False]

    def test_a_mark_of_utf8_is_no_part_of_a_name(self) -> None:
        assert list(read(b"\xef\xbb\xbfa,b\n1,2\n").columns) == ["a", "b"]

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"a,b\n1,2\n3\n", "line 3 has 1 values"),
            (b"a,b\n1,2\n3,4,5\n", "line 3 has 3 values"),
            (b'a,b\n"x\ny",2\n4\n', "line 4 has 1 values"),
            (b"a,b\n1,2\n\xe9,3\n", r"byte 0xe9 at position 8 \(line 3\)"),
            ("a,b\n1,2\n".encode("utf-16"), r"byte 0xff at position 0 \(line 1\)"),
            (b"a,b\n1,2\n\x00,3\n", r"byte 0x00 at position 8 \(line 3\)"),
            (b"a,b\n1,2\n\xc3", r"byte 0xc3 at position 8 \(line 3\)"),
            (b"a,b\n", "0 rows"),
            (b"", "0 rows"),
            (b"\n\n", "0 rows"),
            (b"a,a\n1,2\n", "columns 1 and 2 are both called 'a'"),
            (b"a,\n1,2\n", "column 2 is called ''"),
            (b"a, \n1,2\n", "column 2 is called ' '"),
            (b"a;b\n1;2\n", "delimiter"),
            (b"PAR1 and then nothing", "a Parquet file"),
        ],
    )
    def test_what_is_no_table_is_refused_by_place(self, content: bytes, said: str) -> None:
        with pytest.raises(Invalid, match=said):
            read(content)

    def test_a_wide_file_must_be_said_to_be_wide(self) -> None:
        with pytest.raises(Invalid, match="wrong delimiter") as refused:
            read(wide(300))
        assert (refused.value.field, refused.value.value) == ("columns", 300)
        assert read(wide(300), columns=300).shape == (1, 300)

    @pytest.mark.parametrize("said", [299, 1])
    def test_another_number_of_columns_than_said_is_refused(self, said: int) -> None:
        with pytest.raises(Invalid, match="300, as many as the file has"):
            read(wide(300), columns=said)

    def test_as_many_as_256_need_no_word(self) -> None:
        assert read(wide(256)).shape == (1, 256)

    def test_a_delimiter_nobody_uses_is_refused(self) -> None:
        with pytest.raises(Invalid, match="delimiter"):
            read(b"a.b\n1.2\n", delimiter=".")

    def test_columns_of_lists_are_refused(self) -> None:
        frame = pd.DataFrame({"a": [[1], [2]]})
        with pytest.raises(Invalid, match="column 'a' holds list"):
            read(to_parquet(frame))

    @given(st.binary(max_size=200))
    def test_any_bytes_are_a_table_or_refused(self, content: bytes) -> None:
        try:
            found = read(content)
        except Invalid:
            return
        assert len(found) > 0

    @given(
        st.lists(
            st.tuples(
                st.integers(-(2**40), 2**40),
                st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1),
            ),
            min_size=1,
        )
    )
    def test_what_was_written_is_read(self, rows: list[tuple[int, str]]) -> None:
        frame = pd.DataFrame({"n": [n for n, _ in rows], "t": [f"·{t}" for _, t in rows]})
        found = read(frame.to_csv(index=False).encode())
        pd.testing.assert_frame_equal(found, frame, check_dtype=False)


class TestToParquet:
    def test_the_same_frame_is_the_same_bytes(self) -> None:
        frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [True, False]})
        assert to_parquet(frame) == to_parquet(frame.copy())

    def test_it_is_read_as_it_was(self) -> None:
        frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [0.5, float("nan")]})
        content = to_parquet(frame)
        assert format_of(io.BytesIO(content)) is Format.PARQUET
        pd.testing.assert_frame_equal(read(content), frame)

    def test_attributes_of_the_frame_change_nothing(self) -> None:
        frame = pd.DataFrame({"a": [1]})
        told = frame.copy()
        told.attrs["from"] = "elsewhere"
        assert to_parquet(told) == to_parquet(frame)

    def test_a_named_index_is_a_column_and_an_unnamed_one_is_not(self) -> None:
        frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index([7, 9], name="id"))
        assert list(read(to_parquet(frame)).columns) == ["id", "a"]
        assert list(read(to_parquet(frame.rename_axis(None))).columns) == ["a"]

    def test_names_that_are_no_text_are_refused(self) -> None:
        with pytest.raises(Invalid, match="column names that are text"):
            to_parquet(pd.DataFrame({1: [1]}))
