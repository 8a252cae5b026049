-- A night that is loaded again after others were has a second place in the order of loading: it changes the state once
-- more, from what these have left of the night before it. Null where it was not.

alter table nights add column reloaded integer;
