-- files of nights hold their day as a column: store/record/dated.py has written them anew before this is committed,
-- and notes in the same transaction which took whose place
insert into folder values ('nights_hold_their_day', 'true');
